/** What can be done with an order now: by its state, its facts, and what the person may. */
import { mayHappen } from '@/rules/transitions'

export const ACTIONS = ['contact', 'assign', 'approve', 'reassign', 'schedule', 'note', 'decide', 'close', 'resolve', 'cancel'] as const
export type Action = (typeof ACTIONS)[number]

export interface Actable {
  status: string
  assignee_id: string | null
  contacted_at: string | null
  approval: string
  /** What is to be decided about the order; null when nothing is. */
  decision: string | null
}

const PERMISSIONS: Record<Action, string> = {
  contact: 'order.contact', assign: 'order.assign', approve: 'order.approve', reassign: 'order.reassign', schedule: 'order.schedule',
  note: 'order.add_note', decide: 'order.decide', close: 'order.close', resolve: 'order.resolve_remotely', cancel: 'order.cancel',
}

const ENDED = new Set(['closed', 'cancelled', 'resolved_remotely'])

function fits(action: Action, order: Actable): boolean {
  const goes = (event: string): boolean => mayHappen('order', order.status, event)
  switch (action) {
    case 'contact': return order.contacted_at === null && !ENDED.has(order.status)
    case 'assign': return order.assignee_id === null && goes('assign')
    case 'reassign': return order.assignee_id !== null && goes('assign')
    case 'approve': return order.approval === 'waiting' && !ENDED.has(order.status)
    case 'schedule': return !ENDED.has(order.status)
    case 'note': return true
    case 'decide': return order.decision !== null
    case 'close': return order.decision === null && goes('close')
    case 'resolve': return goes('resolve_remotely')
    case 'cancel': return goes('cancel')
  }
}

/** The actions to offer, in the order in which they are offered. */
export function actionsFor(order: Actable, may: (permission: string) => boolean): Action[] {
  return ACTIONS.filter((action) => may(PERMISSIONS[action]) && fits(action, order))
}

/** The one that is probably meant: it is the button that stands out. */
export function mainAction(actions: readonly Action[]): Action | null {
  const wished: readonly Action[] = ['approve', 'assign', 'decide', 'contact', 'close']
  return wished.find((action) => actions.includes(action)) ?? null
}

/** How something that was to be decided can end. */
const OUTCOMES = ['noted', 'reopen', 'cancel', 'close'] as const
export type Outcome = (typeof OUTCOMES)[number]

export function outcomesFor({ status }: Pick<Actable, 'status'>): Outcome[] {
  return OUTCOMES.filter((outcome) => outcome === 'noted' || mayHappen('order', status, outcome))
}
