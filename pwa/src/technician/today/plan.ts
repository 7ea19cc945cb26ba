/** The order of a technician's day. Pure. */
import { dayOf } from '../records/days'
import { openVisit, type OrderLine } from '../records/read'
import { isDone } from '../records/states'

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

/** The sections that have something in them, each in the order of its time windows. */
export function planOf(lines: readonly OrderLine[], now: string, zone: string): Section[] {
  const sorted = [...lines].sort(byWindow)
  const sections = SECTIONS.map((name) => ({ name, lines: sorted.filter((line) => sectionOf(line, now, zone) === name) }))
  return sections.filter(({ lines: some }) => some.length > 0)
}

/** Where to go from an order that is finished: the next that waits, in the order of the day. */
export function nextAfter(lines: readonly OrderLine[], doneId: string, now: string, zone: string): OrderLine | undefined {
  const waiting = planOf(lines, now, zone).filter(({ name }) => name === 'now' || name === 'today' || name === 'unplanned')
  return waiting.flatMap(({ lines: some }) => some).find(({ order }) => order.id !== doneId)
}
