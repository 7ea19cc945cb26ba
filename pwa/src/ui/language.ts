import { Dictionary, type Words } from './i18n'
import { readSetting, writeSetting } from './theme'

/** The languages of the product. Chosen by the person; the first choice comes from the browser. */
export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Where an entrance's words come from: one small file per language, loaded when needed. */
export type WordSource = Record<Language, () => Promise<{ default: Words }>>

export const LANGUAGE_NAMES: Record<Language, string> = { 'zh-CN': '简体中文', en: 'English' }

const KEY = 'onsite.language'

/** The language for this person: the stored choice, else the first that the browser asks for, else Chinese. */
export function chosenLanguage(asked: readonly string[] = navigator.languages): Language {
  return knownLanguage(readSetting(KEY)) ?? fromBrowser(asked)
}

export function knownLanguage(tag: string | null): Language | undefined {
  return LANGUAGES.find((language) => language === tag)
}

function fromBrowser(asked: readonly string[]): Language {
  for (const tag of asked) {
    const main = tag.toLowerCase().split('-')[0]
    const match = LANGUAGES.find((language) => language.toLowerCase().split('-')[0] === main)
    if (match !== undefined) return match
  }
  return 'zh-CN'
}

export interface Speech {
  /** The plug-in for `app.use`. */
  i18n: Dictionary
  /** Switches to a language (loading it first) and remembers the choice. */
  speak: (language: Language) => Promise<void>
  /** Switches to a language that somebody else thinks right, unless the person chose one. Nothing is remembered. */
  suggest: (language: string) => Promise<void>
  /** Adds words that only some screens need, before they are shown; once is enough. */
  also: (source: WordSource) => Promise<void>
  /** A part of the page that somebody else reads, in their language. */
  apart: () => Apart
}

/** What somebody reads who was handed the device: their language is neither remembered nor the page's. */
export interface Apart {
  i18n: Dictionary
  speak: (language: Language) => Promise<void>
  /** The device is handed back: the page is the owner's again. */
  end: () => void
}

/**
 * Makes the words of one entrance ready in the person's language.
 *
 * @param sources the word files of the entrance; a later one adds to an earlier one.
 */
export async function createSpeech(first: readonly WordSource[]): Promise<Speech> {
  const sources = [...first]
  const language = chosenLanguage()
  const i18n = new Dictionary()
  const loaded = new Map<Language, Promise<Words[]>>()
  const read = (wanted: Language): Promise<Words[]> => {
    const reading = loaded.get(wanted) ?? Promise.all(sources.map(async (source) => (await source[wanted]()).default))
    loaded.set(wanted, reading)
    reading.catch(() => loaded.delete(wanted)) // without a network now: the next time tries again
    return reading
  }
  const showIn = async (dictionary: Dictionary, wanted: Language): Promise<void> => {
    dictionary.speak(wanted, await read(wanted))
    document.documentElement.lang = wanted
  }
  const show = (wanted: Language): Promise<void> => showIn(i18n, wanted)
  await show(language)
  return {
    i18n,
    async speak(wanted) {
      await show(wanted)
      writeSetting(KEY, wanted)
    },
    async suggest(wanted) {
      const language = knownLanguage(wanted)
      if (language !== undefined && knownLanguage(readSetting(KEY)) === undefined) await show(language)
    },
    async also(source) {
      if (sources.includes(source)) return
      await source[knownLanguage(i18n.locale.value) ?? language]() // not here and no network: nothing has changed
      if (sources.includes(source)) return
      sources.push(source)
      loaded.clear()
      await show(knownLanguage(i18n.locale.value) ?? language)
    },
    apart() {
      const theirs = new Dictionary()
      return {
        i18n: theirs,
        speak: (wanted) => showIn(theirs, wanted),
        end: () => (document.documentElement.lang = i18n.locale.value),
      }
    },
  }
}

/** Words that every entrance needs: the shared components use them. */
export const COMMON_WORDS: WordSource = {
  'zh-CN': () => import('./words/common.zh-CN.json'),
  en: () => import('./words/common.en.json'),
}
