/** The chain of a journal: it finds gaps and tampering; it never decides the order of application. */
import type { Entry } from '../protocol/messages'
import { hashOf } from './canonical'

/** What the first entry of a journal names as its predecessor. */
export const GENESIS = '0'.repeat(64)

/** Only the fields that are hashed and sent: a stored entry carries more. */
export function entryOf(stored: Entry): Entry {
  const { id, journal, seq, prev, name, version, args, after, made_at, mono_ms, run } = stored
  return { id, journal, seq, prev, name, version, args, after, made_at, mono_ms, run }
}

/** The hash by which the next entry names this one. */
export function entryHash(entry: Entry): string {
  return hashOf(entryOf(entry))
}

/**
 * What was done, without its place in a journal: after a fork the place changes, the action stays.
 * By this the server tells a repeat from a reused id.
 */
export function actionHash(entry: Entry): string {
  const { id, name, version, args, after, made_at, mono_ms, run } = entry
  return hashOf({ id, name, version, args, after, made_at, mono_ms, run })
}
