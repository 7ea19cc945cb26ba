/** The board as geometry: when is where, who has time, how far it is. Pure. */
import type { Named } from '../data/types'

/** Whose time, from when on in milliseconds. */
export interface Place {
  person: string
  from: number
}

export interface Technician extends Named {
  badge: string | null
  phone: string | null
  branch: Named | null
  provider: Named | null
  last_contact_at: string | null
  pending: number | null
  oldest_unsent: string | null
  certificates: string[]
  /** Models that they were trained for. */
  skills: string[]
}

export interface Card {
  id: string
  number: string
  type: string
  status: string
  urgency: string
  approval: string
  branch_id: string
  provider_id: string | null
  assignee_id: string | null
  unit_id: string | null
  symptom: string
  received_at: string
  contact_due_at: string | null
  contacted_at: string | null
  window_start: string | null
  window_end: string | null
  customer: { name: string; name_en: string | null }
  site: { name: string; lat_e7: number | null; lng_e7: number | null }
  serial: string | null
  model: { id: string; code: string; trained_only: boolean } | null
  /** `outside`: it begins when the customer was not told to expect anybody. */
  slot: { starts_at: string; ends_at: string; outside: boolean } | null
  on_phone: boolean
  needs: string[]
  /** What the customer agreed to and nobody has fitted yet. */
  parts: { part_id: string; quantity: number }[]
}

/** A part that an order on the board needs, and how many are in whose van. */
export interface Supply extends Named {
  vans: Record<string, number>
}

export interface Board {
  start: string
  end: string
  hours: { opens: number; closes: number }
  days: { day: string; works: boolean }[]
  technicians: Technician[]
  orders: Card[]
  unassigned: Card[]
  parts: Record<string, Supply>
}

/** How an order that nobody has stands to another: urgent ones first, then by the promise, then by age. */
function pressing(one: Card, other: Card): number {
  const urgent = Number(other.urgency === 'urgent') - Number(one.urgency === 'urgent')
  const key = (card: Card): string => [card.window_start ?? '~', card.received_at, card.id].join(' ')
  return urgent === 0 ? (key(one) < key(other) ? -1 : 1) : urgent
}

/** The board with some orders as they are now: each is where it belongs, or gone; all else stays the same object. */
export function patched(board: Board, ids: ReadonlySet<string>, now: Pick<Board, 'orders' | 'unassigned' | 'parts'>): Board {
  const others = (cards: Card[]): Card[] => cards.filter(({ id }) => !ids.has(id))
  return {
    ...board,
    orders: [...others(board.orders), ...now.orders],
    unassigned: [...others(board.unassigned), ...now.unassigned].sort(pressing),
    parts: { ...board.parts, ...now.parts },
  }
}

/** A stretch of time that the board shows, in milliseconds; a week is one for each day. */
export interface Stretch {
  from: number
  to: number
}

/** An order in the time that it takes; `mark`: in the time that was promised, where it is planned on another day. */
export interface Item {
  card: Card
  span: Stretch
  mark: boolean
}

export interface Placed {
  card: Card
  mark: boolean
  /** When it begins, in milliseconds. */
  from: number
  /** Shares of the row's width. */
  left: number
  width: number
  lane: number
  lanes: number
  /** Minutes that are missing to drive here from the order before; 0: there is time. */
  late: number
}

const MINUTE = 60_000
const STEP = 30 * MINUTE
const USUAL = 120 * MINUTE
/** Roads are longer than the straight line, and this fast on average. */
const DETOUR = 1.4
const KM_PER_HOUR = 50
const EARTH_KM = 6371

/** From when to when an order takes time: planned, else promised, else not at all. */
export function spanOf(card: Card): Stretch | null {
  const [from, to] = card.slot === null ? [card.window_start, card.window_end] : [card.slot.starts_at, card.slot.ends_at]
  return from === null || to === null ? null : { from: Date.parse(from), to: Date.parse(to) }
}

/** How long an order is planned to take when it is put somewhere, in milliseconds. */
export function lengthOf(card: Card): number {
  if (card.slot !== null) return Date.parse(card.slot.ends_at) - Date.parse(card.slot.starts_at)
  const span = spanOf(card)
  return span === null ? USUAL : Math.min(span.to - span.from, 2 * USUAL)
}

/** When an order without a time is offered to begin, in minutes: as the office opens; today not before the next half hour. */
export function beginsAt(opens: number, day: string, now: { day: string; time: string }): number {
  if (day !== now.day) return opens
  const [hours, minutes] = now.time.split(':').map(Number) as [number, number]
  const next = Math.ceil((hours * 60 + minutes) / 30) * 30
  return Math.min(Math.max(opens, next), 23 * 60)
}

/** Where a moment is, as a share of the width; outside it is at the edge. */
export function shareOf(ms: number, stretches: readonly Stretch[]): number {
  const whole = stretches.reduce((sum, { from, to }) => sum + to - from, 0)
  const before = stretches.reduce((sum, { from, to }) => sum + Math.min(Math.max(ms - from, 0), to - from), 0)
  return whole === 0 ? 0 : before / whole
}

/** The moment at a share of the width, on the half hour before it. */
export function momentAt(share: number, stretches: readonly Stretch[]): number {
  const whole = stretches.reduce((sum, { from, to }) => sum + to - from, 0)
  let left = Math.min(Math.max(share, 0), 0.9999) * whole
  for (const { from, to } of stretches) {
    if (left < to - from) return Math.floor((from + left) / STEP) * STEP
    left -= to - from
  }
  return stretches.at(-1)?.to ?? 0
}

/** Minutes to drive between two places; null where one of them is not known. */
export function driveMinutes(one: Card['site'], other: Card['site']): number | null {
  if (one.lat_e7 === null || one.lng_e7 === null || other.lat_e7 === null || other.lng_e7 === null) return null
  const rad = (e7: number): number => (e7 / 1e7) * (Math.PI / 180)
  const [lat, lat2] = [rad(one.lat_e7), rad(other.lat_e7)]
  const half = Math.sin((lat2 - lat) / 2) ** 2 + Math.cos(lat) * Math.cos(lat2) * Math.sin((rad(other.lng_e7) - rad(one.lng_e7)) / 2) ** 2
  return Math.ceil(((2 * EARTH_KM * Math.asin(Math.sqrt(half)) * DETOUR) / KM_PER_HOUR) * 60)
}

/** What a technician lacks to be sent there. */
export function lacking(technician: Technician, card: Card): string[] {
  return card.needs.filter((kind) => !technician.certificates.includes(kind))
}

/** Whether a technician was trained for the order's machine; null where its model is not known. */
export function knows(technician: Technician, card: Card): boolean | null {
  return card.model === null ? null : technician.skills.includes(card.model.id)
}

/** Whether the server would not have them sent there: a certificate is missing, or a training that the model asks for. */
export function barred(technician: Technician, card: Card): boolean {
  return lacking(technician, card).length > 0 || (card.model?.trained_only === true && knows(technician, card) === false)
}

/** The parts that an order needs and a technician's van does not have, or not enough of. */
export function missing(personId: string | null, card: Card, parts: Board['parts']): Supply[] {
  return card.parts.flatMap(({ part_id, quantity }) => {
    const part = parts[part_id]
    return part === undefined || personId === null || (part.vans[personId] ?? 0) >= quantity ? [] : [part]
  })
}

/** Where a plan that begins outside of the promise belongs: at the promise's beginning, as long as it is. */
export function promisedSpan(card: Card): Stretch | null {
  if (card.slot?.outside !== true || card.window_start === null) return null
  const from = Date.parse(card.window_start)
  return { from, to: from + lengthOf(card) }
}

/**
 * What the shown days have of an order: when it is planned, and a mark where the customer expects somebody on another day.
 *
 * @param dayOf the company's day of a moment.
 */
export function itemsOf(card: Card, within: Stretch, dayOf: (ms: number) => string): Item[] {
  const span = spanOf(card)
  if (span === null) return []
  const items: Item[] = [{ card, span, mark: false }]
  if (card.slot?.outside === true && card.window_start !== null && card.window_end !== null) {
    const promised = { from: Date.parse(card.window_start), to: Date.parse(card.window_end) }
    if (dayOf(promised.from) !== dayOf(span.from)) items.push({ card, span: promised, mark: true })
  }
  return items.filter(({ span: { from, to } }) => from < within.to && to > within.from)
}

const HOUR = 60 * MINUTE

/** The hours of one day that the board shows: the usual ones, and whole hours more where an order takes time before or after them. */
export function hoursOf(usual: Stretch, whole: Stretch, items: readonly Item[]): Stretch {
  const from = Math.min(usual.from, ...items.map(({ span }) => Math.max(span.from, whole.from)))
  const to = Math.max(usual.to, ...items.map(({ span }) => Math.min(span.to, whole.to)))
  return { from: whole.from + Math.floor((from - whole.from) / HOUR) * HOUR, to: whole.from + Math.ceil((to - whole.from) / HOUR) * HOUR }
}

/** One technician's orders, side by side where they overlap. */
export function row(items: readonly Item[], stretches: readonly Stretch[]): Placed[] {
  const sorted = [...items].sort((one, other) => one.span.from - other.span.from || one.card.id.localeCompare(other.card.id))
  const placed: Placed[] = []
  let group: Placed[] = []
  let ends: number[] = []
  const close = (): void => {
    for (const one of group) one.lanes = ends.length
    group = []
    ends = []
  }
  let before: (typeof sorted)[number] | undefined
  for (const { card, span, mark } of sorted) {
    if (ends.every((end) => end <= span.from)) close()
    const free = ends.findIndex((end) => end <= span.from)
    const lane = free === -1 ? ends.length : free
    ends[lane] = span.to
    const left = shareOf(span.from, stretches)
    const drive = before === undefined || mark ? null : driveMinutes(before.card.site, card.site)
    const gap = before === undefined ? 0 : Math.floor((span.from - before.span.to) / MINUTE)
    const one = { card, mark, from: span.from, left, width: Math.max(shareOf(span.to, stretches) - left, 0.012), lane, lanes: 1, late: drive === null ? 0 : Math.max(drive - gap, 0) }
    placed.push(one)
    group.push(one)
    if (!mark) before = { card, span, mark }
  }
  close()
  return placed
}

/**
 * One technician's week: a day is too narrow for hours, so its orders stand under one another, as wide as the day.
 *
 * @param placed the same by the hour.
 * @param dayOf the company's day of a moment.
 */
export function weekRow(placed: readonly Placed[], days: readonly string[], dayOf: (ms: number) => string): Placed[] {
  const dayAt = ({ from }: Placed): number => Math.max(days.indexOf(dayOf(from)), 0) // begun before the week: on its first day
  return days.flatMap((_, day) => {
    const mine = placed.filter((one) => dayAt(one) === day)
    return mine.map((one, lane) => ({ ...one, left: day / days.length, width: 1 / days.length, lane, lanes: mine.length }))
  })
}

/** The rows that can be seen, and a few beside them: the rest need not exist. */
export function seen(top: number, height: number, each: number, count: number): { from: number; to: number } {
  const spare = 4
  return { from: Math.max(Math.floor(top / each) - spare, 0), to: Math.min(Math.ceil((top + height) / each) + spare, count) }
}
