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

function same(one: Json, other: Json): boolean {
  return one === other || canonical(one) === canonical(other)
}

function stands(value: Json): Outcome {
  return { value, note: null, kept: null }
}

function shared(current: Json, currentAt: string | null, edit: Edit): Outcome {
  if (same(edit.was, current)) return stands(edit.now)
  if (currentAt !== null && edit.at < currentAt) return { value: current, note: 'collision', kept: edit.now }
  return { value: edit.now, note: 'collision', kept: current }
}

/**
 * Merges one edit into a field; an edit that changes nothing leaves no note.
 *
 * @param currentAt corrected time of the field's last edit, if known
 */
export function merge(rule: Policy, current: Json, currentAt: string | null, edit: Edit): Outcome {
  if (same(edit.now, current)) return stands(current)
  if (rule.rule === 'shared') return shared(current, currentAt, edit)
  if (rule.rule !== 'owner') return { value: current, note: 'fixed', kept: edit.now }
  return edit.side === rule.owner ? stands(edit.now) : { value: current, note: 'owner', kept: edit.now }
}
