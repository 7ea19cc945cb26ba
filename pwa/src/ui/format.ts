/** How numbers, times and money are shown: in the reader's language, the company's zone and currency. */

export interface Region {
  /** BCP 47 tag of the reader's language, e.g. `zh-CN`. */
  locale: string
  /** IANA time zone of the company, e.g. `Asia/Shanghai`. */
  zone: string
  /** ISO 4217 code of the company's currency, e.g. `CNY`. */
  currency: string
}

export interface Formats {
  /** A day: `2026年11月21日` · `21 Nov 2026`. Takes UTC ISO-8601. */
  date(iso: string): string
  /** A day of the calendar (`YYYY-MM-DD`, such as the end of a warranty): it has no zone. */
  calendar(day: string): string
  /** A day in few characters, with its weekday: `11月21日 周六` · `Sat 21 Nov`. */
  day(iso: string): string
  /** A time of day: `11:55`. Names the zone when the device is set to another one. */
  time(iso: string): string
  /** Day and time. Names the zone when the device is set to another one. */
  dateTime(iso: string): string
  /** Two times of one day: `09:00–11:30`. */
  span(fromIso: string, toIso: string): string
  /** Money from integer fen: `¥1,234.50`. */
  money(fen: number): string
  /** A distance from metres: `850 米`, `1.2 公里`. */
  distance(metres: number): string
  /** A duration from minutes: `1 小时 20 分钟`. */
  duration(minutes: number): string
  /** How long ago (or ahead) a time is: `3 分钟前`. */
  age(iso: string, nowIso: string): string
  /** A plain number with grouping. */
  number(value: number): string
  /** A size in bytes: `1.4 MB`. */
  bytes(bytes: number): string
}

const AGE_STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Chinese typesetting puts a thin gap between figures and characters; Intl does not. */
function gap(text: string): string {
  return text
    .replace(/(\d)(?=\p{Script=Han})/gu, '$1 ')
    .replace(/(\p{Script=Han})(?=\d)/gu, '$1 ')
}

function relative(format: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, length] of AGE_STEPS) {
    if (Math.abs(seconds) >= length) return gap(format.format(Math.trunc(seconds / length), unit))
  }
  return format.resolvedOptions().locale.startsWith('zh') ? '刚刚' : 'just now' // Intl's own word is 现在, which no reader expects there
}

/** `2h 5m` as the reader's language says it. */
function durationOf(locale: string, minutes: number): string {
  const unit = (value: number, name: 'hour' | 'minute'): string =>
    gap(new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value))
  const hours = Math.floor(minutes / 60)
  const rest = Math.round(minutes % 60)
  if (hours === 0) return unit(rest, 'minute')
  return rest === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(rest, 'minute')}`
}

function distanceOf(locale: string, metres: number): string {
  const far = metres >= 1000
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: far ? 'kilometer' : 'meter',
    unitDisplay: 'short',
    maximumFractionDigits: far && metres < 10_000 ? 1 : 0,
  })
  return gap(format.format(far ? metres / 1000 : metres))
}

function bytesOf(locale: string, bytes: number): string {
  const names = ['B', 'KB', 'MB', 'GB']
  const power = Math.min(names.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = new Intl.NumberFormat(locale, { maximumFractionDigits: power < 2 ? 0 : 1 })
  return `${value.format(bytes / 1000 ** power)} ${names[power]}`
}

/** Makes something when it is first asked for. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** Asked once: the answer takes a slow phone several milliseconds. */
const deviceZone = lazily(() => new Intl.DateTimeFormat().resolvedOptions().timeZone)

const MADE = new Map<string, Formats>()

/**
 * The formats of one reader: made once, since every card of a list asks for them, and Intl's objects are dear.
 *
 * @param here the device's own zone; the default asks the device.
 */
export function formatsOf(region: Region, here: string = deviceZone()): Formats {
  const key = [region.locale, region.zone, region.currency, here].join(' ')
  const made = MADE.get(key) ?? makeFormats(region, here)
  MADE.set(key, made)
  return made
}

function makeFormats({ locale, zone, currency }: Region, here: string): Formats {
  const order = locale === 'en' ? 'en-GB' : locale // day before month: the office is not in America
  const clock = (options: Intl.DateTimeFormatOptions): (() => Intl.DateTimeFormat) =>
    lazily(() => new Intl.DateTimeFormat(order, { timeZone: zone, hourCycle: 'h23', ...options }))
  const named: Intl.DateTimeFormatOptions = here === zone ? {} : { timeZoneName: 'short' }
  const date = clock({ year: 'numeric', month: 'short', day: 'numeric' })
  const plain = clock({ year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' })
  const day = clock({ month: 'short', day: 'numeric', weekday: 'short' })
  const bare = clock({ hour: '2-digit', minute: '2-digit' })
  const time = here === zone ? bare : clock({ hour: '2-digit', minute: '2-digit', ...named })
  const both = clock({ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', ...named })
  const money = lazily(() => new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }))
  const number = lazily(() => new Intl.NumberFormat(locale))
  const ago = lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' }))
  return {
    date: (iso) => date().format(new Date(iso)),
    calendar: (text) => plain().format(new Date(`${text}T00:00:00Z`)),
    day: (iso) => day().format(new Date(iso)),
    time: (iso) => time().format(new Date(iso)),
    dateTime: (iso) => both().format(new Date(iso)),
    span: (from, to) => {
      const [begin, end] = [bare().format(new Date(from)), bare().format(new Date(to))]
      return time().format(new Date(to)).replace(end, `${begin}–${end}`) // Chinese names the zone first
    },
    money: (fen) => money().format(fen / 100),
    distance: (metres) => distanceOf(locale, metres),
    duration: (minutes) => durationOf(locale, minutes),
    age: (iso, now) => relative(ago(), (Date.parse(iso) - Date.parse(now)) / 1000),
    number: (value) => number().format(value),
    bytes: (bytes) => bytesOf(locale, bytes),
  }
}
