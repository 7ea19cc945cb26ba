import type { Plugin } from 'vue'
import { createI18n } from 'vue-i18n'
import { readSetting, writeSetting } from './theme'

/** The languages of the product. Chosen by the person; the first choice comes from the browser. */
export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A tree of words, as the JSON files in `words/` hold it. */
export interface Words {
  [key: string]: string | Words
}

/** Where an entrance's words come from: one small file per language, loaded when needed. */
export type WordSource = Record<Language, () => Promise<{ default: Words }>>

export const LANGUAGE_NAMES: Record<Language, string> = { 'zh-CN': '简体中文', en: 'English' }

const KEY = 'onsite.language'

/** The language for this person: the stored choice, else the first that the browser asks for, else Chinese. */
export function chosenLanguage(asked: readonly string[] = navigator.languages): Language {
  return knownLanguage(readSetting(KEY)) ?? fromBrowser(asked)
}

function knownLanguage(tag: string | null): Language | undefined {
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
  i18n: Plugin
  /** Switches to a language (loading it first) and remembers the choice. */
  speak: (language: Language) => Promise<void>
  /** Switches to a language that somebody else thinks right, unless the person chose one. Nothing is remembered. */
  suggest: (language: string) => Promise<void>
}

/**
 * Makes the words of one entrance ready in the person's language.
 *
 * @param sources the word files of the entrance; a later one adds to an earlier one.
 */
export async function createSpeech(sources: readonly WordSource[]): Promise<Speech> {
  const language = chosenLanguage()
  const i18n = createI18n({
    legacy: false,
    locale: language,
    messages: {},
    missingWarn: import.meta.env.DEV,
  })
  const loaded = new Set<Language>()
  const show = async (wanted: Language): Promise<void> => {
    if (!loaded.has(wanted)) {
      for (const words of await Promise.all(sources.map((source) => source[wanted]())))
        i18n.global.mergeLocaleMessage(wanted, words.default)
      loaded.add(wanted)
    }
    i18n.global.locale.value = wanted
    document.documentElement.lang = wanted
  }
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
  }
}

/** Words that every entrance needs: the shared components use them. */
export const COMMON_WORDS: WordSource = {
  'zh-CN': () => import('./words/common.zh-CN.json'),
  en: () => import('./words/common.en.json'),
}
