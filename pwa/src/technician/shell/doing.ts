/** Doing something that may fail on the phone: one at a time, and a sentence when it could not be kept. */
import { ref, type Ref } from 'vue'
import { useI18n } from '@/ui/i18n'
import { isStorageFull, StorageFull } from '@/journal/failures'
import { UnreadablePicture } from '@/journal/shrink'
import { InvalidArgs } from '@/rules/args'

export interface Doing {
  busy: Readonly<Ref<boolean>>
  /** What went wrong, in the person's words; empty when all is well. */
  problem: Ref<string>
  /** Runs the work unless it runs already; tells whether it was done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

/** Which sentence explains a failure. */
export function problemOf(error: unknown): 'full' | 'invalid' | 'picture' | 'device' {
  if (error instanceof StorageFull || isStorageFull(error)) return 'full'
  if (error instanceof InvalidArgs) return 'invalid'
  return error instanceof UnreadablePicture ? 'picture' : 'device'
}

export function useDoing(): Doing {
  const { t } = useI18n()
  const busy = ref(false)
  const problem = ref('')
  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy.value) return false
    busy.value = true
    problem.value = ''
    try {
      await work()
      return true
    } catch (error) {
      console.error('this could not be done on the phone', error)
      problem.value = t(`problem.${problemOf(error)}`)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, run }
}
