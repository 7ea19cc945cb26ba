/** Sending a form once: busy while it is under way, its errors by field, the same wish never carried out twice. */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { newId } from '@/protocol/ids'
import { Refused } from '@/protocol/rest'

export interface Submission {
  busy: Ref<boolean>
  problem: ShallowRef<Error | null>
  /** What is wrong with a field, in the person's language. */
  errorsOf: (field: string) => readonly string[]
  /** The problem as a whole, unless every part of it is shown at a field of this form. */
  general: ComputedRef<Error | null>
  /** What is wrong with things that this form has no field for. */
  elsewhere: ComputedRef<Readonly<Record<string, readonly string[]>>>
  /** Runs the work unless it is already under way. True when it is done. */
  send: (work: (id: string) => Promise<unknown>) => Promise<boolean>
  reset: () => void
}

/** @param fields names of the fields that show their own errors. */
export function useSubmission(fields: () => readonly string[]): Submission {
  const busy = ref(false)
  const problem = shallowRef<Error | null>(null)
  // Kept until the wish changed or is done: a repeated click after a lost answer must not act twice.
  let wish = newId()

  const errors = computed(() => (problem.value instanceof Refused ? problem.value.fields : {}))
  const elsewhere = computed(() => {
    const known = new Set(fields())
    return Object.fromEntries(Object.entries(errors.value).filter(([name]) => !known.has(name)))
  })
  const general = computed(() => {
    const allShown = Object.keys(errors.value).length > 0 && Object.keys(elsewhere.value).length === 0
    return allShown ? null : problem.value
  })

  async function send(work: (id: string) => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await work(wish)
      wish = newId()
      return true
    } catch (error) {
      problem.value = error as Error
      // The server said no: what is sent next is another wish.
      if (error instanceof Refused) wish = newId()
      return false
    } finally {
      busy.value = false
    }
  }

  return {
    busy, problem, general, elsewhere, send,
    errorsOf: (field) => errors.value[field] ?? [],
    reset: () => {
      problem.value = null
      wish = newId()
    },
  }
}
