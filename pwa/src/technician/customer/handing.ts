/** The phone is handed to the customer: their screens are left by the engineer's hand alone, also after a restart. */
import { inject, type InjectionKey } from 'vue'
import { useRouter, type RouteLocationRaw } from 'vue-router'
import type { Field } from '@/sync/field'
import { isAnswerable, readReport } from './report'

const HANDED = 'handed_over'

export type TakeBack = (to: RouteLocationRaw) => Promise<void>

/** Given by whoever holds the customer's screens together. */
export const TAKE_BACK: InjectionKey<TakeBack> = Symbol('the engineer takes the phone back')

/** Goes on as the engineer; the caller has made sure that it is their finger. */
export function useTakeBack(): TakeBack {
  const router = useRouter()
  return inject(TAKE_BACK, async (to) => void (await router.push(to)))
}

/** Whether this report is in the customer's hand: it awaits their answer, or was answered and not yet handed back. */
export async function handOver(field: Field, reportId: string): Promise<boolean> {
  if ((await field.journal.fact<string>(HANDED)) === reportId) return true
  const whole = await readReport(field, reportId)
  if (whole === null || !isAnswerable(whole)) return false
  await field.journal.setFact(HANDED, reportId)
  return true
}

export async function handBack(field: Field): Promise<void> {
  await field.journal.setFact(HANDED, null)
}
