/** Days and times of day where the company is, whatever zone this computer is set to. */

interface Parts {
  day: string
  time: string
}

const FORMATS = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, hourCycle: 'h23',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  })
  FORMATS.set(zone, format)
  return format
}

function fields(ms: number, zone: string): Record<string, string> {
  return Object.fromEntries(formatOf(zone).formatToParts(new Date(ms)).map(({ type, value }) => [type, value]))
}

/** Day `YYYY-MM-DD` and time `HH:mm` of a moment in a zone. */
export function partsIn(iso: string | number, zone: string): Parts {
  const part = fields(typeof iso === 'number' ? iso : Date.parse(iso), zone)
  return { day: `${part['year']}-${part['month']}-${part['day']}`, time: `${part['hour']}:${part['minute']}` }
}

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
function aheadAt(ms: number, zone: string): number {
  const part = fields(ms, zone)
  const wall = Date.UTC(
    Number(part['year']), Number(part['month']) - 1, Number(part['day']),
    Number(part['hour']), Number(part['minute']), Number(part['second']),
  )
  return wall - Math.floor(ms / 1000) * 1000
}

/**
 * The moment at which clocks in a zone show a day and a time.
 *
 * A time that daylight saving skips becomes the moment an hour later, as clocks do.
 */
export function instantOf(day: string, time: string, zone: string): string {
  const wall = Date.parse(`${day}T${time}:00Z`)
  const guess = wall - aheadAt(wall, zone)
  return new Date(wall - aheadAt(guess, zone)).toISOString()
}

/** A day some days later (or earlier, below zero). */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
