/** The clocks of an order, as the desk shows them. Pure: the present comes as an argument. */

/** The first contact within its time [requirements 3.1]. */
export type ContactClock =
  | { state: 'none' }
  | { state: 'running' | 'soon' | 'overdue'; minutes: number }
  | { state: 'met' | 'missed'; minutes: number }

/** From here on the clock asks for attention, in minutes. */
const SOON = 15

export interface Contactable {
  received_at: string
  contact_due_at: string | null
  contacted_at: string | null
  status: string
}

const OVER = new Set(['cancelled', 'closed', 'resolved_remotely'])

/** Minutes between two moments; part of a minute counts as none. */
function minutesBetween(from: number, to: number): number {
  return Math.floor(Math.abs(to - from) / 60_000)
}

/**
 * Where the contact clock of an order stands.
 *
 * `minutes`: left for `running` and `soon`, late for `overdue` and `missed`, needed for `met`.
 * @param now the server's present, in milliseconds since 1970.
 */
export function contactClock(order: Contactable, now: number): ContactClock {
  if (order.contact_due_at === null) return { state: 'none' }
  const due = Date.parse(order.contact_due_at)
  if (order.contacted_at !== null) {
    const contacted = Date.parse(order.contacted_at)
    return contacted <= due
      ? { state: 'met', minutes: minutesBetween(Date.parse(order.received_at), contacted) }
      : { state: 'missed', minutes: minutesBetween(due, contacted) }
  }
  if (OVER.has(order.status)) return { state: 'none' }
  const minutes = minutesBetween(due, now)
  if (now > due) return { state: 'overdue', minutes }
  return { state: minutes < SOON ? 'soon' : 'running', minutes }
}

/** Where an assignment is: only the phone's own word makes it "on the phone". */
export type PhoneState = 'nobody' | 'waits_for_approval' | 'sent' | 'on_phone' | 'over'

export interface Deliverable {
  status: string
  assignee_id: string | null
  delivery: { delivered_at: string } | null
}

/** States in which the technician still has something to do that a phone must know. */
const AWAITED = new Set([
  'assigned', 'dispatched', 'accepted', 'travelling', 'on_site', 'diagnosed', 'consent_pending', 'parts_pending', 'support_pending', 'customer_absent',
])

export function phoneState(order: Deliverable): PhoneState {
  if (order.delivery !== null) return 'on_phone'
  if (order.assignee_id === null) return 'nobody'
  if (!AWAITED.has(order.status)) return 'over'
  return order.status === 'assigned' ? 'waits_for_approval' : 'sent'
}
