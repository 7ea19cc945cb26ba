/** How fresh a phone is: when it was last heard of, and how old what only it has is. Pure. */

/** A phone that is switched on speaks at least every few minutes; after an hour it is worth a look. */
const QUIET_MS = 60 * 60_000
/** Work of the morning that is still on the phone in the evening. */
const OLD_MS = 4 * 60 * 60_000

export interface Standing {
  last_contact_at: string | null
  pending: number | null
  pending_photos: number | null
  oldest_unsent: string | null
}

export type Mood = 'proven' | 'waiting' | 'person' | 'quiet'

const before = (at: string, now: number): number => now - Date.parse(at)

export function contactMood({ last_contact_at: at }: Standing, now: number): Mood {
  if (at === null) return 'quiet'
  return before(at, now) < QUIET_MS ? 'proven' : 'waiting'
}

export function unsentCount({ pending, pending_photos: photos }: Standing): number {
  return (pending ?? 0) + (photos ?? 0)
}

/** Work that has been on a phone for long calls for somebody: the phone may be lost before it is sent. */
export function unsentMood(standing: Standing, now: number): Mood {
  if (unsentCount(standing) === 0) return 'quiet'
  const { oldest_unsent: oldest } = standing
  return oldest !== null && before(oldest, now) > OLD_MS ? 'person' : 'waiting'
}
