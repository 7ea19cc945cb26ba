/** The facts with a time that an order collects on its way. Contacted, booked and approved come in any order. */
import type { OrderWhole } from '../data/types'

export interface Milestone {
  name: string
  at: string | null
}

type Facts = Pick<OrderWhole, 'received_at' | 'contacted_at' | 'approved_at' | 'approval' | 'delivery' | 'closed_at' | 'status'> & {
  visits: readonly { arrived_at: string }[]
  reports: readonly { presented_at: string; outcome?: string | null; signature: { signed_at: string } | null }[]
}

/** The last of a list of moments, or nothing. */
function latest(times: readonly (string | null | undefined)[]): string | null {
  return times.filter((at): at is string => typeof at === 'string').sort().at(-1) ?? null
}

export function milestones(order: Facts): Milestone[] {
  // An interim report is not the order's: the work waits for its parts, whoever has signed.
  const whole = order.reports.filter(({ outcome }) => outcome !== 'parts_pending')
  const first = order.visits.map(({ arrived_at }) => arrived_at).sort()[0] ?? null
  const found: Milestone[] = [
    { name: 'received', at: order.received_at },
    { name: 'contacted', at: order.contacted_at },
    { name: 'approved', at: order.approved_at },
    { name: 'on_phone', at: order.delivery?.delivered_at ?? null },
    { name: 'arrived', at: first },
    { name: 'presented', at: latest(whole.map(({ presented_at }) => presented_at)) },
    { name: 'signed', at: latest(whole.map(({ signature }) => signature?.signed_at)) },
    { name: order.status === 'cancelled' ? 'cancelled' : 'closed', at: order.closed_at },
  ]
  // Nobody was asked for an approval: then none is missing.
  const approvalMatters = order.approved_at !== null || order.approval === 'waiting'
  return found.filter(({ name }) => name !== 'approved' || approvalMatters)
}
