import { useI18n } from '@/ui/i18n'
import { ERRORS } from '@/rules/errors'

/** The catalogue's sentence for a reason, in the reader's language. */
export function useReasons(): (reason: string | null) => string {
  const { locale } = useI18n()
  return (reason) => {
    const entry = reason === null ? undefined : ERRORS[reason]
    if (entry === undefined) return reason ?? ''
    return locale.value === 'en' ? entry.en : entry.zh
  }
}
