/** What a visit lacks, in words: a step, or `photo:<slot>`. */
import { useI18n } from '@/ui/i18n'

export function useLacks(): (one: string) => string {
  const { t, te } = useI18n()
  return (one) => {
    const [what = '', slot] = one.split(':')
    if (slot === undefined) return t(`visit.steps.${what}`)
    const key = `slots.${slot}`
    return t('visit.photo_of', { slot: te(key) ? t(key) : slot })
  }
}
