/** State machines as data: the mirror of sync/transitions.py. */
import { TRANSITIONS, type Machine } from './tables'

/** Where an event leads. */
export interface Step {
  state: string
  /** It came too late to change the state, or was led elsewhere by a rule; its work is kept all the same. */
  late: boolean
}

/** The step of an event in a state; nothing where no rule fits and a person must decide. */
export function step(machine: Machine | undefined, state: string, event: string): Step | undefined {
  const rule = machine?.events[event]
  if (rule === undefined) return undefined
  if (rule.from.includes(state)) return { state: rule.to, late: false }
  if (rule.keep?.includes(state) === true) return { state, late: true }
  const mapped = rule.map?.[state]
  return mapped === undefined ? undefined : { state: mapped, late: true }
}

/** Whether an event may be offered to a person now: it would go on, and not be late. */
export function mayHappen(kind: 'order' | 'report', state: string, event: string): boolean {
  return step(TRANSITIONS[kind], state, event)?.late === false
}
