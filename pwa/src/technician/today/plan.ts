/** The order of a technician's day. Pure. */
import type { Position } from '@/rules/distance'
import { dayOf } from '../records/days'
import { openVisit, type OrderLine } from '../records/read'
import { isDone } from '../records/states'
import { routeOf, type Stop } from './route'

export const SECTIONS = ['now', 'today', 'unplanned', 'later', 'cancelled', 'done'] as const
export type SectionName = (typeof SECTIONS)[number]

export interface Section {
  name: SectionName
  lines: OrderLine[]
}

/** What has been left, or needs no visit, is done; a cancelled order that is being worked on is still now. */
export function sectionOf(line: OrderLine, now: string, zone: string): SectionName {
  const { status, window_start } = line.order
  if (openVisit(line) !== undefined) return 'now'
  if (status === 'cancelled') return 'cancelled'
  if (isDone(status)) return 'done'
  if (window_start === null) return 'unplanned'
  return dayOf(window_start, zone) > dayOf(now, zone) ? 'later' : 'today'
}

/** The time window is over and nobody has been there. */
export function isLate(line: OrderLine, now: string): boolean {
  const { window_end, status } = line.order
  return window_end !== null && window_end < now && !isDone(status) && status !== 'cancelled' && line.visits.length === 0
}

function byWindow(one: OrderLine, other: OrderLine): number {
  const key = ({ order }: OrderLine): string => `${order.window_start ?? order.received_at} ${order.number}`
  return key(one).localeCompare(key(other))
}

/** Where an order's site is, if somebody has measured it. */
export function placeOf({ site }: Pick<OrderLine, 'site'>): Position | null {
  return site === undefined || site.lat_e7 === null || site.lng_e7 === null ? null : { lat_e7: site.lat_e7, lng_e7: site.lng_e7 }
}

interface LineStop extends Stop {
  line: OrderLine
}

const stopOf = (line: OrderLine): LineStop => {
  const { id, window_start, urgency, received_at } = line.order
  return { id, window_start, urgent: urgency === 'urgent', received_at, place: placeOf(line), line }
}

/** Of what has no time: how it lies on the way after what has one. */
function onTheWay(today: readonly OrderLine[], unplanned: readonly OrderLine[], here: Position | null): OrderLine[] {
  return routeOf([...today, ...unplanned].map(stopOf), here).map(({ line }) => line).filter((line) => unplanned.includes(line))
}

/**
 * The sections that have something in them, in the order in which to drive.
 *
 * @param here where the technician is, if they said so
 */
export function planOf(lines: readonly OrderLine[], now: string, zone: string, here: Position | null = null): Section[] {
  const sorted = [...lines].sort(byWindow)
  const of = new Map(SECTIONS.map((name) => [name, sorted.filter((line) => sectionOf(line, now, zone) === name)]))
  const unplanned = onTheWay(of.get('today') ?? [], of.get('unplanned') ?? [], here)
  return SECTIONS.map((name) => ({ name, lines: name === 'unplanned' ? unplanned : (of.get(name) ?? []) })).filter(({ lines: some }) => some.length > 0)
}

/** Where to go from an order that is finished: the next that waits, in the order of the day. */
export function nextAfter(lines: readonly OrderLine[], doneId: string, now: string, zone: string): OrderLine | undefined {
  const waiting = planOf(lines, now, zone).filter(({ name }) => name === 'now' || name === 'today' || name === 'unplanned')
  return waiting.flatMap(({ lines: some }) => some).find(({ order }) => order.id !== doneId)
}
