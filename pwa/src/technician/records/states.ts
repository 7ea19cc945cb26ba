/** The states of an order as a technician thinks of them. */
import type { Mood } from '@/ui/components/StatusTag.vue'

const DONE = new Set(['signed', 'settled', 'callback_due', 'closed', 'resolved_remotely', 'unsigned'])
const UNDERWAY = new Set(['travelling', 'on_site', 'diagnosed', 'repaired', 'presented'])
const PERSON = new Set(['disputed', 'decision_needed', 'unsigned', 'cancelled'])
const WAITING = new Set(['consent_pending', 'parts_pending', 'support_pending', 'to_bench', 'customer_absent'])

/** Nothing is left to do at the site, as far as the order says. */
export function isDone(status: string): boolean {
  return DONE.has(status)
}

/** It is this person's: to do, or to help with. */
export function isGivenTo({ assignee_id, helpers }: { assignee_id: string | null; helpers?: unknown }, person: string): boolean {
  return assignee_id === person || (Array.isArray(helpers) && helpers.includes(person))
}

export function moodOf(status: string): Mood {
  if (PERSON.has(status)) return 'person'
  if (DONE.has(status)) return 'proven'
  if (WAITING.has(status)) return 'waiting'
  return UNDERWAY.has(status) ? 'action' : 'plain'
}

/** The next thing to do with an order that has no open visit. */
export type NextAction = 'accept' | 'set_off' | 'arrive' | 'none'

export function nextAction(status: string): NextAction {
  if (status === 'dispatched') return 'accept'
  if (status === 'accepted') return 'set_off'
  if (isDone(status)) return 'none'
  return 'arrive'
}
