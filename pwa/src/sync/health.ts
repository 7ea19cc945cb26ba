/** Honest words: what is on this phone, on its way, on the server; and whether one may go home. */
import type { Journal } from '../journal/journal'
import type { Store } from '../store/store'
import type { ClockEstimate } from './clock'
import type { LoopState } from './loop'

export interface Health {
  /** Actions and photos that only this phone has. */
  onPhone: number
  /** Of those, on their way now. */
  sending: number
  /** Actions that the server took for good today. */
  onServer: number
  /** Photo files that only this phone has. */
  photosPending: number
  /** Device time of the oldest unsent action. */
  oldestUnsent: string | null
  state: LoopState
  /** What the server said, in the person's language, when the state is `login` or `error`. */
  message: string
  /** Server time of the last answer. */
  lastSync: string | null
  /** Everything is on the server, every photo verified by its hash, the feed's head reached. */
  safe: boolean
  /** The company took this phone out of use: nothing is sent down to it any more. */
  ended: boolean
  /** Milliseconds that the device's clock is behind the server's (negative: ahead), where that is more than inexact; else 0. */
  clockOff: number
}

/** A clock this far off is set wrong: the same bound as the server's (`WRONG_MS` of sync/timekeeping.py). */
const WRONG_MS = 5 * 60_000

/** What the loop knows of this moment. */
export interface Moving {
  state: LoopState
  message: string
  sending: number
}

export const UNKNOWN: Health = {
  onPhone: 0,
  sending: 0,
  onServer: 0,
  photosPending: 0,
  oldestUnsent: null,
  state: 'idle',
  message: '',
  lastSync: null,
  safe: false,
  ended: false,
  clockOff: 0,
}

/** Midnight of the device's day, as an instant. */
export function midnightOf(now: number): string {
  const day = new Date(now)
  day.setHours(0, 0, 0, 0)
  return day.toISOString()
}

/** Counts anew; never from memory, so that two tabs say the same. */
export async function healthOf(journal: Journal, store: Store, moving: Moving, now: number): Promise<Health> {
  const standing = await store.standing()
  const { counts, clock, lastSync, onServer } = await journal.reading(async () => ({
    counts: await journal.counts(),
    clock: await journal.fact<ClockEstimate>('clock'),
    lastSync: (await journal.fact<string>('last_sync')) ?? null,
    onServer: await journal.provenSince(midnightOf(now)),
  }))
  const onPhone = counts.entries + counts.photos
  const offset = clock?.offset_ms ?? 0
  return {
    onPhone,
    sending: Math.min(moving.sending, onPhone),
    onServer,
    photosPending: counts.photos,
    oldestUnsent: counts.oldest,
    state: moving.state,
    message: moving.message,
    lastSync,
    safe: onPhone === 0 && standing.atHead && lastSync !== null && moving.state !== 'login',
    // It keeps the cursor that it had, and is in no channel; whoever has an account is in some.
    ended: standing.cursor !== null && standing.scope.length === 0,
    clockOff: Math.abs(offset) > WRONG_MS ? offset : 0,
  }
}
