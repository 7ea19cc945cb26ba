/** Labour by start and stop: what a visit's stamps add up to, each person's by themselves. Pure; spans are the mirror of sync/labour.py. */
import type { Data } from './tables'

interface Stamp {
  at: string
  what: 'start' | 'stop'
  /** Whose it is; the one whose visit it is where nobody is named. */
  person_id?: string | null
}

/** A span of one person's work; `stop` is null while it runs. */
export interface Span extends Data {
  /** Null: the one whose visit it is. */
  person_id: string | null
  start: string
  stop: string | null
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

function stampsOf(list: unknown): Stamp[] {
  return Array.isArray(list) ? list.filter(isStamp) : []
}

/** Two starts in a row are one, and a stop without a start is none: whoever forgets one has not worked for ever. */
function spansOfOne(stamps: readonly Stamp[], person_id: string | null): Span[] {
  const spans: Span[] = []
  for (const { at, what } of stamps.filter((stamp) => (stamp.person_id ?? null) === person_id)) {
    const last = spans.at(-1)
    const running = last?.stop === null
    if (what === 'start' && !running) spans.push({ person_id, start: at, stop: null })
    else if (what === 'stop' && last !== undefined && running) last.stop = at
  }
  return spans
}

/** Who has stamps in a visit's `labour`: null is the one whose visit it is. */
export function workersOf(list: unknown): (string | null)[] {
  return [...new Set(stampsOf(list).map(({ person_id }) => person_id ?? null))]
}

/**
 * The spans of all who worked, person by person in the order of their first stamp.
 *
 * @param list a visit's `labour`, oldest first
 */
export function spansOf(list: unknown): Span[] {
  return workersOf(list).flatMap((person) => spansOfOne(stampsOf(list), person))
}

/** Nothing where the clock was put back meanwhile. */
const spent = (start: string, stop: string): number => Math.max(0, Date.parse(stop) - Date.parse(start))
const minutesOf = (ms: number): number => Math.round(ms / 60_000)
const ended = (spans: readonly Span[]): number => spans.reduce((sum, { start, stop }) => sum + (stop === null ? 0 : spent(start, stop)), 0)

/** Whole minutes of the spans that have ended: each person's are counted by themselves. */
export function workedMinutes(spans: readonly Span[]): number {
  const people = new Set(spans.map(({ person_id }) => person_id))
  return [...people].reduce((sum, person) => sum + minutesOf(ended(spans.filter(({ person_id }) => person_id === person))), 0)
}

/**
 * One person's labour.
 *
 * @param list a visit's `labour`, oldest first
 * @param person null: the one whose visit it is
 */
export function labourOf(list: unknown, now: string, person: string | null = null): Labour {
  const spans = spansOfOne(stampsOf(list), person)
  const last = spans.at(-1)
  const since = last?.stop === null ? last.start : null
  return { minutes: minutesOf(ended(spans) + (since === null ? 0 : spent(since, now))), since }
}

/** The minutes of all who worked, two side by side counting twice. */
export function labourMinutes(list: unknown, now: string): number {
  return workersOf(list).reduce((sum, person) => sum + labourOf(list, now, person).minutes, 0)
}
