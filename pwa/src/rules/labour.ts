/** Labour by start and stop: what a visit's stamps add up to. Pure. */

interface Stamp {
  at: string
  what: 'start' | 'stop'
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

/**
 * Two starts in a row are one, and a stop without a start is none: whoever forgets one has not worked for ever.
 *
 * @param list a visit's `labour`, oldest first
 */
export function labourOf(list: unknown, now: string): Labour {
  let since: string | null = null
  let spent = 0
  for (const { at, what } of Array.isArray(list) ? list.filter(isStamp) : []) {
    if (what === 'start') since ??= at
    else if (since !== null) {
      spent += Date.parse(at) - Date.parse(since)
      since = null
    }
  }
  if (since !== null) spent += Math.max(0, Date.parse(now) - Date.parse(since))
  return { minutes: Math.round(spent / 60_000), since }
}
