/** Labour by start and stop: what a visit's stamps add up to, each person's by themselves. Pure. */

interface Stamp {
  at: string
  what: 'start' | 'stop'
  /** Whose it is; the one whose visit it is where nobody is named. */
  person_id?: string | null
}

export interface Labour {
  /** Whole minutes of the spans that have ended, and of the running one until now. */
  minutes: number
  /** Since when it runs; null while it does not. */
  since: string | null
}

function isStamp(one: unknown): one is Stamp {
  const { at, what } = (one ?? {}) as Partial<Stamp>
  return typeof at === 'string' && (what === 'start' || what === 'stop')
}

function stampsOf(list: unknown): Stamp[] {
  return Array.isArray(list) ? list.filter(isStamp) : []
}

/** Two starts in a row are one, and a stop without a start is none: whoever forgets one has not worked for ever. */
function spent(stamps: readonly Stamp[], now: string): { ms: number; since: string | null } {
  let since: string | null = null
  let ms = 0
  for (const { at, what } of stamps) {
    if (what === 'start') since ??= at
    else if (since !== null) {
      ms += Date.parse(at) - Date.parse(since)
      since = null
    }
  }
  if (since !== null) ms += Math.max(0, Date.parse(now) - Date.parse(since))
  return { ms, since }
}

/** Who has stamps in a visit's `labour`: null is the one whose visit it is. */
export function workersOf(list: unknown): (string | null)[] {
  return [...new Set(stampsOf(list).map(({ person_id }) => person_id ?? null))]
}

/**
 * One person's labour.
 *
 * @param list a visit's `labour`, oldest first
 * @param person null: the one whose visit it is
 */
export function labourOf(list: unknown, now: string, person: string | null = null): Labour {
  const { ms, since } = spent(stampsOf(list).filter(({ person_id }) => (person_id ?? null) === person), now)
  return { minutes: Math.round(ms / 60_000), since }
}

/** The minutes of all who worked, two side by side counting twice. */
export function labourMinutes(list: unknown, now: string): number {
  return workersOf(list).reduce((sum, person) => sum + labourOf(list, now, person).minutes, 0)
}
