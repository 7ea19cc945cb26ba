/** The six steps from an empty installation to the first order. What is done the server knows. */
import { computed, effectScope, type ComputedRef } from 'vue'
import { createReading, type Reading } from '../live/reader'
import { useDesk, type Desk } from '../session'

export const STEPS = ['company', 'branch', 'people', 'customer', 'unit', 'order'] as const
export type Step = (typeof STEPS)[number]

interface SetupAnswer {
  demo: boolean
  needs_admin: boolean
  steps: Record<Step, boolean> | null
}

export interface Setup {
  reading: Reading<SetupAnswer>
  steps: ComputedRef<readonly { step: Step; done: boolean }[]>
  done: ComputedRef<number>
  total: number
  /** Offered until all is done, to whoever may do it; never with demo data. */
  shown: ComputedRef<boolean>
  /** The step to do next; none when all are done. */
  next: ComputedRef<Step | null>
}

const KEPT = new WeakMap<Desk, Reading<SetupAnswer>>()

function read(desk: Desk): Reading<SetupAnswer> {
  const known = KEPT.get(desk)
  if (known !== undefined) return known
  const open = (): boolean => reading.data.value?.steps !== null && Object.values(reading.data.value?.steps ?? {}).includes(false)
  const reading: Reading<SetupAnswer> = effectScope(true).run(() =>
    createReading((signal) => desk.rest.read<SetupAnswer>('setup', {}, signal), { listen: desk.listen, touches: open })) as Reading<SetupAnswer>
  KEPT.set(desk, reading)
  return reading
}

export function useSetup(): Setup {
  const desk = useDesk()
  const reading = read(desk)
  const steps = computed(() => STEPS.map((step) => ({ step, done: reading.data.value?.steps?.[step] === true })))
  const done = computed(() => steps.value.filter((one) => one.done).length)
  return {
    reading, steps, done,
    total: STEPS.length,
    next: computed(() => steps.value.find((one) => !one.done)?.step ?? null),
    shown: computed(() => {
      const answer = reading.data.value
      return answer !== null && !answer.demo && answer.steps !== null && done.value < STEPS.length && desk.may('company.update')
    }),
  }
}
