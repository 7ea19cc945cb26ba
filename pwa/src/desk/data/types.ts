/** What the desk reads from the server: the synced records, and what the reads add to them. */
import type { Kinds } from '@/protocol/generated/kinds'
import type { Json } from '@/protocol/json'

export type Row<K extends keyof Kinds> = Kinds[K] & { id: string }

export interface Page<T> {
  items: T[]
  total: number
  page: number
  size: number
}

/** A time that the server has forgotten, because it was put back to a backup. */
export interface Restored {
  id: string
  noticed_at: string
  lost_from: string
  lost_to: string
}

export interface Named {
  id: string
  name_zh: string
  name_en: string | null
}

export type PersonShort = Named & { phone?: string | null; badge?: string | null }
export type CustomerShort = Pick<Row<'customer'>, 'id' | 'name' | 'name_en'>
export type SiteShort = Pick<Row<'site'>, 'id' | 'name' | 'address'>

export interface UnitShort {
  id: string
  serial: string
  model_code: string | null
  model_name_zh: string | null
  model_name_en: string | null
}

export interface Delivery {
  delivered_at: string
  device_name: string | null
}

export interface Note {
  id: string
  at: string
  by: string
  text: string
}

/** What a technician said about coming. */
export interface Answer {
  id: string
  at: string
  by: string
  what: 'declined' | 'late' | 'helper_brought' | 'helper_released'
  /** Whom they brought, or who has gone. */
  person_id?: string
  minutes?: number
  text: string | null
}

export interface OrderItem extends Omit<Row<'order'>, 'notes' | 'answers' | 'helpers'> {
  notes: Note[]
  answers: Answer[] | null
  helpers: string[] | null
  customer: CustomerShort
  site: SiteShort
  unit: UnitShort | null
  branch: Named
  provider: Named | null
  assignee: PersonShort | null
  delivery: Delivery | null
  exceptions: string[]
}

export interface OrdersPage extends Page<OrderItem> {
  counts: Record<string, number>
}

export interface PartLine extends Row<'part_line'> {
  part: Pick<Row<'part'>, 'id' | 'number' | 'name_zh' | 'name_en' | 'measure'> | null
  price_fen?: number | null
  van_person?: PersonShort | null
  taken_back_person?: PersonShort | null
}

/** A step of a help request's course. */
export interface HelpStep {
  id: string
  at: string
  role: string | null
  what: string
  note: string | null
  person: PersonShort | null
}

/** A help request as the desk has it: what was asked, its course, and what the reader may do about it now. */
export interface HelpAsked extends Omit<Row<'support_request'>, 'steps' | 'charge_fen'> {
  steps: HelpStep[]
  asked_person: PersonShort | null
  helper: PersonShort | null
  confirmed_person: PersonShort | null
  /** Of the server's acts: review, stamp, answer, assign. */
  may: string[]
  /** Left out for those who may not see prices. */
  charge_fen?: number | null
}

export interface Visit extends Row<'visit'> {
  person: PersonShort | null
  fault_code: Row<'fault_code'> | null
  parts: PartLine[]
  photos: Row<'photo'>[]
  /** From the site, in metres, at the check-in; null where that is not known. */
  distance_m?: number | null
  /** What the order's type and severity ask for and is not there: steps, and `photo:<slot>`. */
  missing?: string[]
  support_requests?: HelpAsked[]
  hand_overs?: Row<'hand_over'>[]
  findings?: Row<'finding'>[]
  part_returns?: Row<'part_return'>[]
}

/** A part that went or came, or a step of the visit that says something else. */
export type Since = { what: 'taken_back' | 'fitted'; part: Row<'part'>; quantity: number; at: string } | { what: 'changed'; step: string }

export interface Report extends Row<'report'> {
  signature: Row<'signature'> | null
  dispute: Row<'dispute'> | null
  unsigned: Row<'unsigned_record'> | null
  /** What the office asked to be completed. */
  returns: Row<'report_return'>[]
  accepted_at: string | null
  /** What was recorded after it was signed, and no amendment tells of. */
  since: Since[]
  /** How the stored report stands to what was received; null for one older than seals. */
  seal: { device: string; countersigned: boolean; differences: string[] } | null
}

export interface Link {
  id: string
  report_id: string
  created_at: string
  expires_at: string | null
  revoked_at: string | null
  opened_at: string | null
  created_by: PersonShort | null
}

/** What was decided about held work. */
export interface Resolution {
  how: 'accepted' | 'changed' | 'set_aside' | 'applied'
  outcome: string
  by: string | null
  at: string
  /** The decider's words. */
  note: string | null
}

export interface HeldWork extends Omit<Row<'held'>, 'resolution'> {
  resolution: Resolution | null
  person: PersonShort | null
  message: string
  number: number
  device_name: string | null
  order: OrderItem | null
  decided_by: PersonShort | null
  /** What may be answered: `accept`, `change`, `set_aside`; empty once it was decided. */
  answers: string[]
  /** How many entries go on when this one is decided. */
  waiting: number
  /** Of fields that it would change: what stands there now. */
  present: Record<string, Json>
  /** Parts and fault codes that it mentions, by id. */
  named: Record<string, Named & { code: string }>
}

export interface Entitlement {
  basis: string
  covered: boolean
  until: string | null
  clause: string | null
  pack: string
  version: number
  repairs: number
  repair_days: number
  rest_days: number
  decided: boolean
  by_rule: string
  /** What a consumer may ask for; null where no three-guarantees pack holds. */
  remedies: { pack: string; version: number; clause: string; remedies: string[]; borne_by: string | null } | null
  decisions: (Row<'cover_decision'> & { person: PersonShort | null })[]
}

export type UnitWhole = Row<'unit'> & UnitShort

export interface OrderWhole extends Omit<OrderItem, 'customer' | 'site' | 'unit'> {
  customer: Row<'customer'>
  site: Row<'site'>
  unit: UnitWhole | null
  contacts: Row<'contact'>[]
  entitlement: Entitlement | null
  visits: Visit[]
  consents: (Omit<Row<'consent'>, 'parts' | 'price_fen'> & { parts: { quantity: number; part: Row<'part'> | null }[]; price_fen?: number | null })[]
  trainings: Row<'training'>[]
  /** Amounts only for readers who may see prices. */
  settlements: (Omit<Row<'settlement'>, 'paid_fen' | 'due_fen'> & { paid_fen?: number; due_fen?: number })[]
  agreement_seals?: Record<string, NonNullable<Report['seal']>>
  old_parts: (Row<'old_part_return'> & { part: Row<'part'> })[]
  reports: Report[]
  links: Link[]
  held: HeldWork[]
  collisions?: Collision[]
  wishes?: Wish[]
}

/** Another id of a unit that two phones registered. */
export interface UnitAlias extends Row<'unit_alias'> {
  registered_person: PersonShort | null
}

/** Two values of one field, and whose they are. */
export interface Collision extends Row<'collision'> {
  stands_person: PersonShort | null
  kept_person: PersonShort | null
}

export interface TimelineItem {
  n: number
  /** Corrected time of the action. */
  at: string
  received_at: string
  command: string
  actor: { kind: string; id: string | null; name_zh: string | null; name_en: string | null }
  device_name: string | null
  details: Record<string, Json>
  notes: Json[]
  /** Of the phone on which it was done: what its clock said, and how sure the corrected time is. */
  clock?: { made_at: string; uncertainty_ms: number | null; suspicious: boolean } | null
}

export interface HistoryItem extends Row<'service_history'> {
  fault_code: Row<'fault_code'> | null
}

export interface Person extends Named {
  login: string
  phone: string | null
  badge: string | null
  language: string
  roles: string[]
  branch: Named | null
  provider: Named | null
  active: boolean
  last_contact_at: string | null
  pending: number | null
  pending_photos: number | null
  /** Device time of the oldest thing that only a phone of theirs has. */
  oldest_unsent: string | null
}

export interface Me {
  person: Person
  roles: string[]
  permissions: string[]
  branch: Named | null
  provider: Named | null
  company: Row<'company'> | null
  demo: boolean
}

export interface Device {
  id: string
  name: string | null
  platform: string | null
  app: string | null
  created_at: string
  last_seen_at: string | null
  revoked_at: string | null
  pending: number | null
  pending_photos: number | null
  oldest_unsent: string | null
  /** Its app is; null: it has not said. */
  locked: boolean | null
  protocol: number | null
  person?: PersonShort | null
}

export interface SessionRow {
  id: string
  created_at: string
  last_seen_at: string | null
  revoked_at: string | null
  device_name: string | null
  agent: string | null
  current?: boolean
}

/** What the lists of records show, by the kind of record. */
export interface Listed {
  company: Row<'company'>
  branch: Row<'branch'>
  provider: Row<'provider'>
  person: Person
  customer: Row<'customer'>
  site: Row<'site'>
  contact: Row<'contact'>
  product_model: Row<'product_model'>
  part: Row<'part'> & { price_fen?: number | null }
  fault_code: Row<'fault_code'>
  order_type: Row<'order_type'>
  recall: Row<'recall'>
  unit: UnitWhole & { customer: CustomerShort | null; site: SiteShort | null }
}

/** What a customer asked for by their link. */
export interface Wish {
  id: string
  kind: 'change' | 'cancel' | 'object'
  text: string | null
  status: 'open' | 'agreed' | 'declined'
  reply: string | null
  asked_at: string
}
