/** The words of held work: what was done, a field's name, a value as a person reads it. */
import { useI18n } from '@/ui/i18n'
import type { Json } from '@/protocol/json'
import { ERRORS } from '@/rules/errors'
import { useFormats } from '@/ui/page'
import type { HeldWork } from '../data/types'
import { sentenceKey } from '../order/timeline'
import { useNames } from '../parts/names'

export interface HeldSpeech {
  whatOf: (held: Pick<HeldWork, 'name'>) => string
  labelOf: (name: string) => string
  choiceOf: (name: string, value: string) => string
  valueOf: (name: string, value: Json, held: Pick<HeldWork, 'named'>) => string
  /** A code of the catalogue, in the reader's language. */
  faultOf: (code: string) => string
  /** How sure the time is: nothing to say below a minute. */
  sureOf: (held: Pick<HeldWork, 'uncertainty_ms' | 'clock_suspicious'>) => string
}

/** Values that are one of a list: the words that other screens have for them. */
const CHOICES: Record<string, string> = { slot: 'slots', outcome: 'outcomes' }
const SAYABLE_MS = 60_000

export function useHeldSpeech(): HeldSpeech {
  const { t, te, locale } = useI18n()
  const formats = useFormats()
  const { nameOf } = useNames()

  function faultOf(code: string): string {
    const entry = ERRORS[code]
    return entry === undefined ? code : locale.value === 'en' ? entry.en : entry.zh
  }

  function choiceOf(name: string, value: string): string {
    const key = `${CHOICES[name] ?? `held.values.${name}`}.${value}`
    return te(key) ? t(key) : value
  }

  function textOf(name: string, value: string, held: Pick<HeldWork, 'named'>): string {
    const known = held.named[value]
    if (known !== undefined) return `${nameOf(known)} ${known.code}`
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return formats.value.dateTime(value)
    return choiceOf(name, value)
  }

  return {
    faultOf,
    choiceOf,
    whatOf: ({ name }) => {
      const plain = `${sentenceKey(name)}_plain`
      const key = te(plain) ? plain : sentenceKey(name)
      return te(key) ? t(key, { count: 1, person: '', signer: '' }) : t('held.unknown', { name })
    },
    labelOf: (name) => (te(`held.fields.${name}`) ? t(`held.fields.${name}`) : name),
    valueOf: (name, value, held) => {
      if (value === null || value === '') return t('held.nothing')
      if (typeof value === 'number') return formats.value.number(value)
      if (typeof value === 'boolean') return t(value ? 'held.yes' : 'held.no')
      if (typeof value === 'string') return textOf(name, value, held)
      return Array.isArray(value) ? t('held.several', { count: value.length }) : JSON.stringify(value)
    },
    sureOf: ({ uncertainty_ms: ms, clock_suspicious: suspicious }) => {
      const about = ms !== null && ms >= SAYABLE_MS ? t('held.about', { span: formats.value.duration(Math.round(ms / 60_000)) }) : ''
      return [suspicious ? t('held.suspicious') : '', about].filter((one) => one !== '').join(' · ')
    },
  }
}
