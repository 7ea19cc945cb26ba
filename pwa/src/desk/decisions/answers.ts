/** What can be answered to what waits: which dialog asks for it, or which page goes on with it. */
import { HELP_WAYS, helpWays, type HelpWay } from '../order/help'
import type { Decision } from './types'

export type Way =
  | { name: string; dialog: 'decide' | 'contact' | 'consent' | 'stock' | 'note' | 'write' | 'assign' }
  | { name: string; help: HelpWay }
  | { name: string; run: string; args: Record<string, unknown> }
  | Grave
  | { name: string; to: string }

/** A command that can't be undone. */
export interface Grave { name: string; grave: string; args: Record<string, unknown> }

/** The ways of one item, the likeliest first. */
export function waysOf(item: Decision): Way[] {
  const may = (command: string): boolean => item.answers.includes(command)
  return all(item).filter((way) => may(COMMANDS[way.name] ?? ''))
}

const COMMANDS: Record<string, string> = {
  decide: 'order.decide',
  callback: 'order.decide',
  contact: 'order.contact',
  contact_request: 'request.contact',
  assign: 'order.assign',
  answer_request: 'request.resolve',
  accept_consent: 'consent.accept',
  stock: 'stock.move',
  note: 'decision.note',
  write: 'message.write',
  review: 'report.accept',
  erasure_agreed: 'erasure.decide',
  erasure_declined: 'erasure.decide',
  wish_reply: 'wish.answer',
  wish_agreed: 'wish.answer',
  wish_declined: 'wish.answer',
  ...Object.fromEntries(Object.entries(HELP_WAYS).map(([way, { command }]) => [`help_${way}`, command])),
}

function all(item: Decision): Way[] {
  switch (item.kind) {
    case 'overdue': return overdue(item.why, item.facts.request?.id ?? null, item.order !== null)
    case 'late_work':
    case 'disputed': return [{ name: 'decide', dialog: 'decide' }]
    case 'low_rating': return [{ name: 'callback', dialog: 'decide' }]
    case 'consent': return [{ name: 'accept_consent', dialog: 'consent' }]
    case 'stock': return [{ name: 'stock', dialog: 'stock' }, { name: 'note', dialog: 'note' }]
    case 'phone': return [{ name: 'note', dialog: 'note' }, { name: 'write', dialog: 'write' }]
    case 'clock': return [{ name: 'note', dialog: 'note' }]
    case 'erasure': return [
      { name: 'erasure_agreed', grave: 'erasure.decide', args: { erasure_id: item.id, answer: 'agreed' } },
      { name: 'erasure_declined', run: 'erasure.decide', args: { erasure_id: item.id, answer: 'declined' } },
    ]
    case 'wish': return wish(item.id, item.order?.id ?? null, item.why)
    case 'help': return helpWays(item.facts).map((way) => ({ name: `help_${way}`, help: way }))
    case 'escalated': return [{ name: 'review', to: '/reviews?which=escalated' }]
    case 'held':
    case 'collision': return [] // their cards have answers of their own
  }
}

/** On the order's page the customer can be told why, and another time that is agreed on is booked. */
function wish(id: string, order: string | null, why: string | null): Way[] {
  const said = (answer: string): Way => ({ name: `wish_${answer}`, run: 'wish.answer', args: { wish_id: id, answer } })
  const there = order === null ? [] : [{ name: 'wish_reply', to: `/orders/${order}` }]
  return [...there, ...(order !== null && why === 'change' ? [] : [said('agreed')]), said('declined')]
}

function overdue(measures: string | null, request: string | null, order: boolean): Way[] {
  const go = (name: string): Way[] => (request === null ? [] : [{ name, to: `/intake?request=${request}` }])
  if (measures === 'answered') return go('answer_request')
  if (measures === 'assigned' || measures === 'arrived') return order ? [{ name: 'assign', dialog: 'assign' }] : []
  if (order) return [{ name: 'contact', dialog: 'contact' }]
  return request === null ? [] : [{ name: 'contact_request', run: 'request.contact', args: { request_id: request } }, ...go('answer_request')]
}
