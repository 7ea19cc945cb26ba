import { ref, type Ref } from 'vue'
import { useI18n } from '@/ui/i18n'
import type { Reading } from '@/protocol/envelope'
import type { Me } from '@/protocol/session'

/** Where somebody with these roles works: in the field, or at a desk. */
export function pageOf(roles: readonly string[]): string {
  return roles.includes('engineer') ? '/app/' : '/desk/'
}

export interface Entering {
  busy: Ref<boolean>
  /** Why one did not get in, in the person's language; empty when nothing went wrong. */
  problem: Ref<string>
  /** Tries a way in, and goes where the person's work is (or elsewhere). */
  enter: (way: () => Promise<Reading<Me>>, go?: (me: Me) => void | Promise<void>) => Promise<void>
}

function problemOf(reading: Reading<Me>, unreachable: string): string {
  if (reading.from === 'stranger') return unreachable
  if (reading.ok) return ''
  const fields = Object.values(reading.error.fields ?? {}).flat()
  return [reading.error.message, ...fields].join(' ')
}

export function useEntering(): Entering {
  const { t } = useI18n()
  const busy = ref(false)
  const problem = ref('')
  const toWork = ({ roles }: Me): void => location.assign(pageOf(roles))
  const enter: Entering['enter'] = async (way, go = toWork) => {
    busy.value = true
    try {
      const me = await way()
      problem.value = problemOf(me, t('unreachable'))
      if (me.from === 'server' && me.ok) await go(me.body)
    } catch (error) {
      console.warn('nobody answered', error)
      problem.value = t('unreachable')
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, enter }
}
