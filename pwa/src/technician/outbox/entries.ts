/** The outbox in honest words: where each thing that was done is now. Pure. */
import type { StoredEntry } from '@/journal/database'
import type { Json, JsonObject } from '@/protocol/json'
import type { View } from '@/store/store'

/** `phone` only here · `sending` on its way · `server` there for good · `waiting` there, for something before it · `held` there, for a person. */
export type Place = 'phone' | 'sending' | 'server' | 'waiting' | 'held'

export interface Line {
  id: string
  name: string
  /** Corrected time of the action. */
  at: string
  orderId: string | null
  place: Place
  /** Why it is held or waits, in the person's language, as the server said it. */
  message: string
  reason: string | null
  /** A few words of what was written. */
  excerpt: string
}

export function placeOf(entry: Pick<StoredEntry, 'durable' | 'verdict'>, sending: boolean): Place {
  if (entry.durable === 0) return sending ? 'sending' : 'phone'
  const word = entry.verdict?.resolution == null ? entry.verdict?.verdict : undefined
  return word === 'held' || word === 'waiting' ? word : 'server'
}

/** A few words of what was written; nothing where the arguments could not be read. */
export function excerptOf(given: Json | JsonObject): string {
  const args = (typeof given === 'object' && given !== null ? given : {}) as JsonObject
  const changes = Object.values((args['changes'] ?? {}) as Record<string, { now?: unknown }>)
  const texts = [args['text'], args['reason'], args['signer_name'], ...changes.map(({ now }) => now)]
  const found = texts.find((text) => typeof text === 'string' && text !== '' && !/^[0-9a-f-]{36}$/.test(text))
  return typeof found === 'string' ? found.slice(0, 80) : ''
}

export function lineOf(entry: StoredEntry, sending: boolean): Line {
  const order = entry.args['order_id']
  return {
    id: entry.id,
    name: entry.name,
    at: new Date(Date.parse(entry.made_at) + entry.offset_ms).toISOString(),
    orderId: typeof order === 'string' ? order : null,
    place: placeOf(entry, sending),
    message: entry.verdict?.message ?? '',
    reason: entry.verdict?.reason ?? null,
    excerpt: excerptOf(entry.args),
  }
}

/** Edits of the same fields one after the other, all in the same place, are one line: the last. */
export function folded(lines: readonly Line[]): Line[] {
  return lines.filter((line, at) => {
    const next = lines[at + 1]
    return !(line.name === 'visit.record' && next?.name === line.name && next.orderId === line.orderId && next.place === line.place)
  })
}

/** Ids of held work that needs nobody any more: decided, or gone through after all. The feed brings that, not the verdict. */
export function settledOf(held: readonly { id: string; status: string }[]): ReadonlySet<string> {
  return new Set(held.filter(({ status }) => status !== 'open' && status !== 'waiting').map(({ id }) => id))
}

/** An answer of the office to held work. */
export interface Answered {
  held: View<'held'>
  status: string
  /** The decider's words. */
  note: string
  at: string
}

/** How long an answer is shown. */
const ANSWER_DAYS = 7

/** What the office decided in the last days, the newest first. */
export function answersIn(held: readonly View<'held'>[], now: string): Answered[] {
  const since = new Date(Date.parse(now) - ANSWER_DAYS * 86_400_000).toISOString()
  return held
    .flatMap((one) => {
      const resolution = one.resolution as { at?: string; note?: string | null } | null
      const at = resolution?.at ?? ''
      return at > since ? [{ held: one, status: one.status, note: resolution?.note ?? '', at }] : []
    })
    .sort((one, other) => other.at.localeCompare(one.at))
}

/**
 * What needs somebody first, then what is only here, then what arrived; each newest first.
 *
 * @param sending how many of the pending entries, from the first, are on their way
 * @param settled what needs nobody any more
 */
export function linesOf(
  pending: readonly StoredEntry[], taken: readonly StoredEntry[], sending: number, settled: ReadonlySet<string> = new Set(),
): Record<'person' | 'phone' | 'server', Line[]> {
  const here = pending.map((entry, at) => lineOf(entry, at < sending))
  const there = taken.map((entry) => lineOf(entry, false))
  const stuck = (line: Line): boolean => (line.place === 'held' || line.place === 'waiting') && !settled.has(line.id)
  return {
    person: there.filter(stuck).reverse(),
    phone: folded(here).reverse(),
    server: folded(there.filter((line) => !stuck(line)).map((line) => ({ ...line, place: 'server' as const }))).reverse(),
  }
}
