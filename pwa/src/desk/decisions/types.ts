/** What the inbox reads: one list, whose items tell by `kind` what their facts are. */
import type { RequestItem } from '../intake/caller'
import type { Collision, HeldWork, HelpAsked, Named, OrderItem, Page, PersonShort, Row } from '../data/types'

export interface OverdueFacts {
  due_at: string
  rule_name: { name_zh: string; name_en: string | null } | null
  /** Roles that were told. */
  told: string[]
  request: RequestItem | null
}

export interface PhoneFacts {
  /** How many orders have not reached it. */
  orders: number
  devices: { name: string | null; last_seen_at: string | null; pending: number | null; pending_photos: number | null; oldest_unsent: string | null }[]
}

export interface StockFacts {
  part: Row<'part'>
  part_id: string
  quantity: number
  moves: { at: string; quantity: number; reason: string; order_id: string | null; order_number: string | null }[]
}

export interface ConsentFacts {
  parts: { part: Row<'part'>; quantity: number; review: string }[]
  plans: { given_by: string; how: string; review: string; price_fen?: number | null }[]
}

export interface ClockFacts {
  device_name: string | null
  count: number
  actions: { name: string; made_at: string; corrected_at: string; uncertainty_ms: number | null; order_id: string | null; order_number: string | null }[]
}

interface Facts {
  overdue: OverdueFacts
  held: HeldWork
  help: HelpAsked
  late_work: Record<string, never>
  collision: Collision & { of_name: string | null }
  disputed: { reason?: string; raised_at?: string }
  erasure: { phone: string }
  escalated: { number: string; reason: string }
  wish: { text: string | null; request_id: string | null; request: OverdueFacts['request'] }
  phone: PhoneFacts
  consent: ConsentFacts
  stock: StockFacts
  clock: ClockFacts
  low_rating: { rating?: number; comment?: string | null; signer_name?: string; signer_phone?: string | null }
}

export type Kind = keyof Facts

interface Common {
  id: string
  /** Since when it waits. */
  at: string | null
  why: string | null
  branch: Named | null
  order: OrderItem | null
  person: PersonShort | null
  /** Commands that this person may answer with. */
  answers: string[]
}

export type Decision = { [K in Kind]: Common & { kind: K; facts: Facts[K] } }[Kind]
export type Of<K extends Kind> = Extract<Decision, { kind: K }>

export interface DecisionsPage extends Page<Decision> {
  counts: Partial<Record<Kind, number>>
}
