/** Names in the reader's language: Chinese is always there, English where somebody gave it. */
import { measureIn } from '@/ui/measures'
import { useI18n } from '@/ui/i18n'

export interface TwoNames {
  name_zh?: string | null
  name_en?: string | null
  name?: string | null
}

/** The name to show; a dash for nobody. */
export function nameIn(locale: string, some: TwoNames | null | undefined): string {
  if (some === null || some === undefined) return '—'
  const chinese = some.name_zh ?? some.name ?? ''
  const shown = locale === 'en' && some.name_en ? some.name_en : chinese
  return shown === '' ? '—' : shown
}

interface Placed extends TwoNames {
  branch: (TwoNames & { id: string }) | null
  provider: TwoNames | null
}

/**
 * People as a reader looks for them: a branch's own before its providers', branch by branch, each by name.
 *
 * @param near branches that come first: an order's, or the reader's own.
 */
export function inOrder<T extends Placed>(locale: string, people: readonly T[], near: ReadonlySet<string>): T[] {
  const { compare } = new Intl.Collator(locale)
  const rank = ({ branch, provider }: T): number => (branch !== null && near.has(branch.id) ? 0 : 2) + (provider === null ? 0 : 1)
  const house = ({ branch, provider }: T): string => nameIn(locale, provider ?? branch)
  return [...people].sort((one, other) => rank(one) - rank(other) || compare(house(one), house(other)) || compare(nameIn(locale, one), nameIn(locale, other)))
}

export interface Names {
  nameOf: (some: TwoNames | null | undefined) => string
  /** A part's measure, said of so many. */
  measureOf: (part: { measure?: string } | null | undefined, quantity: number) => string
  modelOf: (unit: ModelNames | null) => string
}

export function useNames(): Names {
  const { locale } = useI18n()
  return {
    nameOf: (some) => nameIn(locale.value, some),
    measureOf: (part, quantity) => measureIn(locale.value, part?.measure, quantity),
    modelOf: (unit) => (unit === null ? '—' : nameIn(locale.value, { name_zh: unit.model_name_zh ?? unit.model_code, name_en: unit.model_name_en })),
  }
}

interface ModelNames {
  model_code: string | null
  model_name_zh: string | null
  model_name_en: string | null
}
