/** Days as `YYYY-MM-DD`, counted without a zone. */
const DAY_MS = 86_400_000

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`)

export function daysAfter(day: string, days: number): string {
  return new Date(at(day) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Whole days from one day to another; the first does not count. */
export function daysBetween(first: string, last: string): number {
  return Math.round((at(last) - at(first)) / DAY_MS)
}

/** 1 is Monday, 7 is Sunday. */
export function weekday(day: string): number {
  return new Date(at(day)).getUTCDay() || 7
}
