/** Hours of a machine's life: more than a century without a stop is a slip of the finger. */
export const MOST_HOURS = 999_999

/** The reading of an hour meter, or nothing when it is none. */
export function hoursOf(text: string | null): number | null {
  const digits = (text ?? '').trim()
  if (!/^\d+$/.test(digits)) return null
  const hours = Number(digits)
  return hours <= MOST_HOURS ? hours : null
}
