/** What became of the calls for help on an order, and what its technician may do next. Pure. */
import type { View } from '@/store/store'

export type Asked = View<'support_request'>

/** A step of a request's course, as the server writes it. */
export interface HelpStep {
  id: string
  at: string
  by: string | null
  what: string
  note: string | null
}

/** Somebody has said something: what is still stuck may be asked again. */
const ANSWERED = new Set(['sent_back', 'declined', 'answered', 'answered_early'])
const REFUSED = new Set(['sent_back', 'declined'])

/** Those that stand, oldest first: one that was asked again makes way for the new one. */
export function standing<A extends Pick<Asked, 'id' | 'again_of' | 'asked_at'>>(asked: readonly A[]): A[] {
  const overtaken = new Set(asked.map(({ again_of }) => again_of))
  return asked.filter(({ id }) => !overtaken.has(id)).sort((a, b) => a.asked_at.localeCompare(b.asked_at))
}

/** Its course, oldest first; what a newer server wrote otherwise is left alone. */
export const stepsOf = ({ steps }: { steps?: unknown }): HelpStep[] =>
  (Array.isArray(steps) ? (steps as HelpStep[]) : []).filter((one) => typeof one?.what === 'string')

export const mayAskAgain = ({ status }: Pick<Asked, 'status'>): boolean => ANSWERED.has(status)

/** The head office's engineer was here: the branch's own technician says what that came to. */
export const mayConfirm = ({ status, helper_id }: Pick<Asked, 'status' | 'helper_id'>, me: string): boolean => status === 'hq_assigned' && helper_id !== me

export const moodOf = ({ status }: Pick<Asked, 'status'>): 'person' | 'proven' | 'waiting' =>
  REFUSED.has(status) ? 'person' : ANSWERED.has(status) || status === 'hq_assigned' || status === 'confirmed' ? 'proven' : 'waiting'
