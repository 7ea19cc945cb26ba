/** Which state follows which: read from transitions.json, never written twice. */
import { TRANSITIONS, type Machine } from './tables'

/** What an event does to a state: goes on, changes nothing, is mapped by rule, or fits nowhere. */
export type Step =
  | { outcome: 'go' | 'map'; to: string }
  | { outcome: 'keep'; to: string }
  | { outcome: 'refused' }

/**
 * The step that an event takes from a state.
 *
 * @param machine `order`, `report`…
 * @param state where the record is; null stands for the machine's initial state.
 * @throws Error when the table knows no such machine or event.
 */
export function step(machine: string, state: string | null, event: string, tables: Record<string, Machine> = TRANSITIONS): Step {
  const table = tables[machine]
  const transition = table?.events[event]
  if (table === undefined || transition === undefined) throw new Error(`no transition ${machine}.${event}`)
  const from = state ?? table.initial
  if (transition.from.includes(from)) return { outcome: 'go', to: transition.to }
  if (transition.keep?.includes(from) === true) return { outcome: 'keep', to: from }
  const mapped = transition.map?.[from]
  return mapped === undefined ? { outcome: 'refused' } : { outcome: 'map', to: mapped }
}

/** Whether an event may be offered to a person now (it would go on, not be kept or mapped). */
export function mayHappen(machine: string, state: string | null, event: string): boolean {
  return step(machine, state, event).outcome === 'go'
}
