/** Who wins when a field was edited twice: policy.json, read here. The mirror of sync/merge.py. */
import type { Json } from '../protocol/json'
import { canonical } from './canonical'
import type { Policy } from './tables'

export type PolicyTable = Record<string, Record<string, Policy>>

/** Of which action a field's value is: its corrected time, the journal that it is from (null: a desk's), its place there. */
export interface Stamp {
  at: string
  journal: string | null
  seq: number
}

/** An edit of one field: what its author saw, what they want, from which side, and the action. */
export interface Edit {
  was: Json
  now: Json
  side: 'technician' | 'desk'
  stamp: Stamp
}

/** What stands, and what is kept beside it. */
export interface Outcome {
  value: Json
  /** Why the other value is kept: not the author's field, both edited it, or it is never edited. */
  note: 'owner' | 'collision' | 'fixed' | null
  kept: Json
  /** The field's new stamp; null where it keeps its own. */
  stamp: Stamp | null
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

/**
 * Whether an action is the earlier one. In one journal its order decides, and no time there goes back: so this is one
 * order of all actions, and the same edit stands in whatever order they arrive.
 */
function isEarlier(one: Stamp, other: Stamp): boolean {
  if (one.journal !== null && one.journal === other.journal) return one.seq < other.seq
  return one.at === other.at ? (one.journal ?? '') < (other.journal ?? '') : one.at < other.at
}

/** Why an edit from this side can't stand, whenever it was made; null if it can. */
function refusalOf(rule: Policy, { side }: Edit): 'owner' | 'fixed' | null {
  if (rule.rule === 'owner') return side === rule.owner ? null : 'owner'
  return rule.rule === 'shared' ? null : 'fixed'
}

function refused(current: Json, note: 'owner' | 'collision' | 'fixed', { now }: Edit): Outcome {
  return same(now, current)
    ? { value: current, note: null, kept: null, stamp: null }
    : { value: current, note, kept: now, stamp: null }
}

/** The edit's stamp; its time never goes back behind that of the value it replaces. */
function later(stamp: Stamp, before: Stamp | null): Stamp {
  return before !== null && before.at > stamp.at ? { ...stamp, at: before.at } : stamp
}

/**
 * Merges one edit into a field; an edit that changes nothing leaves no note.
 * Whatever the order in which edits arrive, the same one stands: the latest action.
 *
 * @param stamp of the field's last edit; null if it was never edited in the field
 */
export function merge(rule: Policy, current: Json, stamp: Stamp | null, edit: Edit): Outcome {
  const refusal = refusalOf(rule, edit)
  if (refusal !== null) return refused(current, refusal, edit)
  if (stamp !== null && isEarlier(edit.stamp, stamp)) return refused(current, 'collision', edit)
  const own = later(edit.stamp, stamp)
  const collides = rule.rule === 'shared' && !same(edit.now, current) && !same(edit.was, current)
  return { value: edit.now, note: collides ? 'collision' : null, kept: collides ? current : null, stamp: own }
}
