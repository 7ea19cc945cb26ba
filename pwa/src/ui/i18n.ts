/**
 * Words by key, in the reader's language. A gap is `{name}`; there are no plurals and no links,
 * since no word file uses them (docs/decisions/0008).
 */
import { computed, inject, provide, shallowRef, type App, type InjectionKey, type Ref } from 'vue'

/** A tree of words, as the JSON files in `words/` hold it. */
export interface Words {
  [key: string]: string | Words
}

export type Gaps = Record<string, string | number>

export interface I18n {
  /** BCP 47 tag of the language shown. */
  readonly locale: Readonly<Ref<string>>
  /** The words of a key with their gaps filled; the key itself where there are none. */
  t: (key: string, gaps?: Gaps) => string
  /** Whether there are words for a key. */
  te: (key: string) => boolean
}

const I18N: InjectionKey<I18n> = Symbol('words')
const GAP = /\{(\w+)\}/g

function flat(tree: Words, prefix: string, into: Map<string, string>): void {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') into.set(prefix + key, value)
    else flat(value, `${prefix}${key}.`, into)
  }
}

interface Shown {
  locale: string
  words: ReadonlyMap<string, string>
}

/** Speaks one language at a time; who shows its words is told when it changes. */
export class Dictionary implements I18n {
  private readonly shown = shallowRef<Shown>({ locale: '', words: new Map() })
  readonly locale = computed(() => this.shown.value.locale)

  /**
   * Goes over to a language.
   *
   * @param sources trees of words; a later one adds to an earlier one.
   */
  speak(locale: string, sources: readonly Words[]): void {
    const words = new Map<string, string>()
    for (const tree of sources) flat(tree, '', words)
    this.shown.value = { locale, words }
  }

  readonly te = (key: string): boolean => this.shown.value.words.has(key)

  readonly t = (key: string, gaps: Gaps = {}): string => {
    const { words, locale } = this.shown.value
    const found = words.get(key)
    if (found === undefined) {
      if (import.meta.env.DEV) console.warn(`no words for ${key} in ${locale}`)
      return key
    }
    return found.replace(GAP, (_gap, name: string) => String(gaps[name] ?? ''))
  }

  /** For `app.use`. */
  install(app: App): void {
    app.provide(I18N, this)
  }
}

/** The words of the calling component's page, or of the part of it that speaks another language. */
export function useI18n(): I18n {
  const words = inject(I18N)
  if (words === undefined) throw new Error('the page was not furnished with words')
  return words
}

/** Everything within the calling component speaks as `words` does. */
export function provideWords(words: I18n): void {
  provide(I18N, words)
}
