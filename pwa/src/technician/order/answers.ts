/** What a technician has answered about coming, and when a late one will be there. Pure. */

export interface Answer {
  id: string
  at: string
  by: string
  what: 'declined' | 'late'
  text?: string | null
  minutes?: number
}

/** States in which one can still say no, or that one comes later. */
const BEFORE_ARRIVAL = new Set(['dispatched', 'accepted', 'travelling'])

export function canAnswer(status: string): boolean {
  return BEFORE_ARRIVAL.has(status)
}

/** Minutes to choose from: one tap while driving stands still at a light. */
export const DELAYS = [15, 30, 45, 60, 90, 120] as const

/** An order's answers, oldest first; what a newer app wrote is left alone. */
export function answersOf(list: unknown): Answer[] {
  const known = Array.isArray(list) ? (list as Answer[]) : []
  return known.filter((one) => one?.what === 'declined' || one?.what === 'late')
}

/** When the customer is told to expect somebody: so long after what was booked, or after now when that has passed. */
export function arrivalOf(windowStart: string | null, now: string, minutes: number): string {
  const from = windowStart !== null && windowStart > now ? windowStart : now
  return new Date(Date.parse(from) + minutes * 60_000).toISOString()
}
