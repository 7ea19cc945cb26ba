/** Orders by the day for which they are planned, those without a day last. Pure. */
import type { ReadyOrder } from './read'
import { dayOf } from '../records/days'

export interface ReadyDay {
  /** An instant of that day; null for what has no time. */
  at: string | null
  orders: ReadyOrder[]
}

export function daysOf(orders: readonly ReadyOrder[], now: string, zone: string): ReadyDay[] {
  const days = new Map<string, ReadyDay>()
  const sorted = [...orders].sort((a, b) => (a.line.order.window_start ?? '9').localeCompare(b.line.order.window_start ?? '9'))
  for (const one of sorted) {
    const start = one.line.order.window_start
    const at = start === null ? null : start < now ? now : start // what is late is of today
    const key = at === null ? '' : dayOf(at, zone)
    const day = days.get(key) ?? { at, orders: [] }
    day.orders.push(one)
    days.set(key, day)
  }
  return [...days.values()]
}
