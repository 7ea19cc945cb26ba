/** Names and codes in the reader's language. */
import { measureIn } from '@/ui/measures'
import { useI18n } from '@/ui/i18n'

export interface TwoNames {
  name_zh?: string | null
  name_en?: string | null
  /** Customers have one name, and perhaps an English one beside it. */
  name?: string | null
}

/** The name in a language, else in the other; empty for nobody. */
export function nameIn(language: string, some: TwoNames | null | undefined): string {
  const chinese = some?.name_zh ?? some?.name ?? ''
  const english = some?.name_en ?? ''
  return language === 'en' ? english || chinese : chinese || english
}

export interface Saying {
  /** A part's measure, said of so many. */
  measureOf: (part: { measure?: string } | null | undefined, quantity: number) => string
  nameOf: (some: TwoNames | null | undefined) => string
  /** The word for a code; a code that this version does not know stands as it is. */
  codeWord: (group: string, code: string | null | undefined) => string
}

export function useWords(): Saying {
  const { locale, t, te } = useI18n()
  return {
    nameOf: (some) => nameIn(locale.value, some),
    measureOf: (part, quantity) => measureIn(locale.value, part?.measure, quantity),
    codeWord: (group, code) => {
      const key = `${group}.${code ?? ''}`
      return te(key) ? t(key) : (code ?? '')
    },
  }
}
