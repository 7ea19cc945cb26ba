/** Who wins when a field was edited twice: policy.json, read here. The mirror of sync/merge.py. */
import type { Json } from '../protocol/json'
import { canonical } from './canonical'
import type { Policy } from './tables'

export type PolicyTable = Record<string, Record<string, Policy>>

/** An edit of one field: what its author saw, what they want, from which side and when (corrected). */
export interface Edit {
  was: Json
  now: Json
  side: 'technician' | 'desk'
  at: string
}

/** What stands, and what is kept beside it. */
export interface Outcome {
  value: Json
  /** Why the other value is kept: not the author's field, both edited it, or it is never edited. */
  note: 'owner' | 'collision' | 'fixed' | null
  kept: Json
}

/** The rule of a field: its own, else its kind's default, else the table's. */
export function ruleOf(policy: PolicyTable, kind: string, field: string): Policy {
  const fallback = policy['default'] as Record<string, Policy>
  const ofKind = policy[kind] ?? fallback
  return ofKind[field] ?? ofKind['default'] ?? (fallback['default'] as Policy)
}

export function same(one: Json, other: Json): boolean {
  return one === other || canonical(one) === canonical(other)
}

function stands(value: Json): Outcome {
  return { value, note: null, kept: null }
}

const UTF8 = new TextEncoder()

/** Compares as UTF-8 does, which is not how JavaScript compares texts beyond the surrogates. */
function sortsBefore(one: string, other: string): boolean {
  const [a, b] = [UTF8.encode(one), UTF8.encode(other)]
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) return a[at]! < b[at]!
  return a.length < b.length
}

/** Whether the edit is the earlier one; of two in the same millisecond the values decide. */
function isEarlier(edit: Edit, current: Json, currentAt: string): boolean {
  return edit.at === currentAt ? sortsBefore(canonical(edit.now), canonical(current)) : edit.at < currentAt
}

/**
 * Merges one edit into a field; an edit that changes nothing leaves no note.
 * Whatever the order in which edits arrive, the same one stands: the latest action.
 *
 * @param currentAt corrected time of the field's last edit; null if it was never edited in the field
 */
export function merge(rule: Policy, current: Json, currentAt: string | null, edit: Edit): Outcome {
  if (same(edit.now, current)) return stands(current)
  if (rule.rule === 'owner' && edit.side !== rule.owner) return { value: current, note: 'owner', kept: edit.now }
  if (rule.rule !== 'owner' && rule.rule !== 'shared') return { value: current, note: 'fixed', kept: edit.now }
  if (currentAt !== null && isEarlier(edit, current, currentAt)) return { value: current, note: 'collision', kept: edit.now }
  if (rule.rule === 'owner' || same(edit.was, current)) return stands(edit.now)
  return { value: edit.now, note: 'collision', kept: current }
}
