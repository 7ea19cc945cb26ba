/** A promised time on site: a day and two times of day where the company is. */
import { instantOf, partsIn } from '../zoned'

export interface Window {
  day: string
  from: string
  to: string
}

/** The window of an order; nothing when none was booked (both ends or none). */
export function windowOf(order: { window_start: string | null; window_end: string | null }, zone: string): Window | null {
  if (order.window_start === null || order.window_end === null) return null
  const { day, time } = partsIn(order.window_start, zone)
  return { day, from: time, to: partsIn(order.window_end, zone).time }
}

/** The next full hour, for two hours. */
export function emptyWindow(now: number, zone: string): Window {
  const start = Math.ceil(now / 3_600_000) * 3_600_000
  const { day, time } = partsIn(start, zone)
  return { day, from: time, to: partsIn(start + 2 * 3_600_000, zone).time }
}

/** The two moments of a window; one that ends before it begins ends on the next day. */
export function instantsOf({ day, from, to }: Window, zone: string): { window_start: string; window_end: string } {
  const start = instantOf(day, from, zone)
  const end = Date.parse(instantOf(day, to, zone))
  const overnight = end <= Date.parse(start) ? 86_400_000 : 0
  return { window_start: start, window_end: new Date(end + overnight).toISOString() }
}
