import { computed, onMounted, onUnmounted, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from '@/ui/i18n'
import { readDemo, resetDemo, type Demo, type DemoPerson } from '@/protocol/session'
import { forgetDemo } from './forget'

const LOOK_AGAIN_MS = 1000

export interface DemoView {
  people: ComputedRef<DemoPerson[]>
  reset: ComputedRef<Demo['reset']>
  problem: Ref<string>
  /** Starts the reset and follows it to its end. */
  startReset: () => Promise<void>
}

/** The people of the demo company, and how far a reset is. */
export function useDemo(): DemoView {
  const { t, locale } = useI18n()
  const demo = ref<Demo>({ people: [], reset: { state: 'idle', done: 0, of: 0 } })
  const problem = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    try {
      const answer = await readDemo(locale.value)
      if (answer.from === 'server' && answer.ok) {
        demo.value = answer.body
        problem.value = answer.body.reset.state === 'failed' ? t('demo.reset.failed') : ''
      } else problem.value = answer.from === 'server' ? answer.error.message : t('unreachable')
    } catch (error) {
      console.warn('the demo people did not come', error)
      problem.value = t('unreachable')
    }
    if (demo.value.reset.state === 'running') timer = setTimeout(() => void look(), LOOK_AGAIN_MS)
  }

  async function startReset(): Promise<void> {
    try {
      const answer = await resetDemo(locale.value)
      if (answer.from === 'server' && !answer.ok) problem.value = answer.error.message
      else await Promise.all([forgetDemo(), look()])
    } catch (error) {
      console.warn('the reset could not be asked for', error)
      problem.value = t('unreachable')
    }
  }

  onMounted(look)
  onUnmounted(() => clearTimeout(timer))
  return { people: computed(() => demo.value.people), reset: computed(() => demo.value.reset), problem, startReset }
}
