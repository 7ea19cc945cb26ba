/** The report's own words: in the reader's language, which may differ from the app's around it. */
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import words from '@tables/report_words.json'
import { formatsOf, type Formats } from '../format'
import type { Language } from '../language'
import { measureIn } from '../measures'
import { useRegion } from '../page'

export type Word = keyof typeof words

export interface ReportSpeech {
  language: Language
  formats: Formats
  /** The company's zone where the reader's device has another, else null. */
  foreignZone: string | null
  say: (word: Word, values?: Record<string, string>) => string
  /** The word for a code; a code that this version doesn't know stands as it is. */
  code: (group: string, code: string | null) => string
  /** A name in this language, else in the other. */
  pick: (zh: string | null, en: string | null) => string
  /** How much of a part, in its measure. */
  amount: (part: { quantity: number; measure: string | null }) => string
}

const SPEECH: InjectionKey<ComputedRef<ReportSpeech>> = Symbol('the report’s words')

function isWord(word: string): word is Word {
  return word in words
}

const readerZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

function speechOf(language: Language, formats: Formats, foreignZone: string | null): ReportSpeech {
  const index = language === 'en' ? 1 : 0
  const say: ReportSpeech['say'] = (word, values = {}) =>
    (words[word][index] as string).replace(/\{(\w+)\}/g, (gap, name: string) => values[name] ?? gap)
  return {
    language,
    formats,
    foreignZone,
    say,
    code: (group, code) => {
      const word = `${group}_${code ?? ''}`
      return isWord(word) ? say(word) : (code ?? '')
    },
    pick: (zh, en) => (index === 0 ? (zh ?? en) : (en ?? zh)) ?? '',
    amount: ({ quantity, measure }) => `${formats.number(quantity)} ${measureIn(language, measure, quantity)}`.trim(),
  }
}

/** Gives the components of one report their words. */
export function provideReportSpeech(language: Ref<Language>): ComputedRef<ReportSpeech> {
  const region = useRegion()
  const speech = computed(() => {
    const { zone } = region.value
    // As on paper: times without their zone; the report names it once, where the reader's clock is another one.
    const formats = formatsOf({ locale: language.value, ...region.value }, zone)
    return speechOf(language.value, formats, zone === readerZone() ? null : zone)
  })
  provide(SPEECH, speech)
  return speech
}

export function useReportSpeech(): ComputedRef<ReportSpeech> {
  const speech = inject(SPEECH)
  if (speech === undefined) throw new Error('this component belongs inside a report')
  return speech
}
