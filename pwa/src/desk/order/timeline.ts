/** What happened to an order, ready to be read. */
import type { Json } from '@/protocol/json'
import type { TimelineItem } from '../data/types'
import { partsIn } from '../zoned'

export interface Told {
  key: number
  item: TimelineItem
  /** The first entry of its day. */
  newDay: boolean
  /** How many alike followed each other (five photos); 1 for one alone. */
  count: number
  /** The action was done earlier than the server heard of it: work without a signal. */
  late: boolean
  /** Whether the time is to be believed: the phone's clock was set wrong or set back, or nobody knows closely. */
  clock: 'suspicious' | 'uncertain' | null
}

/** From this difference on both times are told, in milliseconds. */
const LATE_MS = 60_000
/** Alike and this close together are told as one, in milliseconds. */
const TOGETHER_MS = 30 * 60_000

/** From here on a time is told as uncertain, in milliseconds. */
const UNCERTAIN_MS = 5 * 60_000

function clockOf({ clock }: TimelineItem): Told['clock'] {
  if (clock === null || clock === undefined) return null
  if (clock.suspicious) return 'suspicious'
  return (clock.uncertainty_ms ?? Infinity) > UNCERTAIN_MS ? 'uncertain' : null
}

/** The ids of interim reports, by what was presented. */
export function interimOf(items: readonly TimelineItem[]): Set<Json | undefined> {
  return new Set(items.filter(({ details }) => details['outcome'] === 'parts_pending').map(({ details }) => details['report_id']))
}

function alike(one: TimelineItem, other: TimelineItem): boolean {
  return (
    one.command === other.command &&
    one.actor.id === other.actor.id &&
    clockOf(one) === clockOf(other) &&
    Math.abs(Date.parse(one.at) - Date.parse(other.at)) < TOGETHER_MS
  )
}

/** Commands of which many follow each other while somebody works. */
const MANY = new Set(['visit.record', 'visit.add_photo', 'visit.use_part'])

/** What the server does by itself and another part of the page tells better. */
const SILENT = new Set(['photo.stored'])

/** The newest entries of one piece of work: photos, findings and parts in whatever order they came. */
function whileWorking(found: readonly Told[]): Told[] {
  const run: Told[] = []
  for (const entry of [...found].reverse()) {
    if (!MANY.has(entry.item.command)) break
    run.push(entry)
  }
  return run
}

/**
 * Newest first, by the time at which it was done; runs of the same told once.
 *
 * @param zone of the company: a day begins there.
 */
export function told(items: readonly TimelineItem[], zone: string): Told[] {
  const loud = items.filter(({ command }) => !SILENT.has(command))
  const sorted = loud.sort((one, other) => Date.parse(other.at) - Date.parse(one.at) || other.n - one.n)
  const found: Told[] = []
  for (const item of sorted) {
    const last = found.at(-1)
    const same = MANY.has(item.command) ? whileWorking(found).find((entry) => alike(entry.item, item)) : undefined
    if (same !== undefined) {
      same.count += 1
      continue
    }
    const late = Date.parse(item.received_at) - Date.parse(item.at) > LATE_MS
    const newDay = last === undefined || partsIn(last.item.at, zone).day !== partsIn(item.at, zone).day
    found.push({ key: item.n, item, newDay, count: 1, late, clock: clockOf(item) })
  }
  return found
}

/** The key of a command's sentence: `order.assign` → `timeline.order_assign`. */
export function sentenceKey(command: string): string {
  return `timeline.${command.replaceAll('.', '_')}`
}

/** A short text among a command's arguments that says why or what. */
export function remarkOf(details: Readonly<Record<string, unknown>>): string {
  for (const name of ['reason', 'text', 'explanation', 'note', 'comment', 'symptom', 'serial']) {
    const value = details[name]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return ''
}
