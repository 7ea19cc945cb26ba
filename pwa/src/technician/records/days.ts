/** Days are the company's: a phone that is set to another zone shows the same ones. */

const CALENDARS = new Map<string, Intl.DateTimeFormat>()

/** A zone's calendar, made once: a list asks for the day of each of its lines. */
function calendarOf(zone: string): Intl.DateTimeFormat {
  const known = CALENDARS.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  CALENDARS.set(zone, made)
  return made
}

/** The day of an instant, `YYYY-MM-DD`. */
export function dayOf(iso: string, zone: string): string {
  return calendarOf(zone).format(new Date(iso))
}
