/**
 * Whether an order can be done without any signal, and what exactly is missing: told from what is in the phone's store
 * and not from what a server once said [requirements 5, evening before]. Pure.
 */
import { ENTITLEMENT } from '@/rules/pack'
import { VISIT_PLAN } from '@/rules/visitPlan'
import type { View } from '@/store/store'
import { readingsOf } from '../visit/readings/readings'

/** What the phone as a whole has; the same for every order. */
export interface PhoneFacts {
  /** The app itself starts without a network. */
  shell: boolean
  /** A newer version waits to be taken. */
  outdated: boolean
  /** Bytes that may still be written; null where the browser doesn't say. */
  free: number | null
  /** The feed's head was reached: nothing more is on its way. */
  complete: boolean
  /** Server time of the last answer. */
  lastSync: string | null
  /** The server's key, to seal ratings for it. */
  sealing: boolean
  company: boolean
  /** Channels that are kept here. */
  scope: readonly string[]
}

/** What the phone has for one order. */
export interface OrderFacts {
  order: Pick<View<'order'>, 'type' | 'unit_id' | 'customer_id' | 'site_id'>
  customer: unknown
  site: unknown
  unit: Pick<View<'unit'>, 'id' | 'rule_pack'> | undefined
  model: View<'product_model'> | undefined
  type: unknown
  /** The company has a checklist for orders of this type. */
  listed: boolean
  covered: boolean
  /** How many fault codes, and parts for this model, are here; and of those parts, how many have a price. */
  faults: number
  parts: number
  priced: number
  /** Small pictures of earlier visits that came without their picture. */
  pictures_missing: number
}

export const PHONE_NEEDS = ['shell', 'outdated', 'storage', 'sync', 'company', 'sealing'] as const
export type PhoneNeed = (typeof PHONE_NEEDS)[number]
export const ORDER_NEEDS = ['customer', 'site', 'unit', 'model', 'history', 'type', 'faults', 'rule_pack', 'checklist', 'parts', 'prices', 'pictures'] as const
export type OrderNeed = (typeof ORDER_NEEDS)[number]

/** Room for the photos of a day: 200 of half a megabyte. */
const ROOM_BYTES = 100_000_000
/** Word of the evening before is fresh enough for the morning. */
const FRESH_MS = 24 * 60 * 60_000

/** What this phone lacks for any work without a signal. */
export function phoneLacks(phone: PhoneFacts, now: string): PhoneNeed[] {
  const stale = phone.lastSync === null || Date.parse(now) - Date.parse(phone.lastSync) > FRESH_MS
  const lacks: Record<PhoneNeed, boolean> = {
    shell: !phone.shell,
    outdated: phone.outdated,
    storage: phone.free !== null && phone.free < ROOM_BYTES,
    sync: stale || !phone.complete,
    company: !phone.company,
    sealing: !phone.sealing,
  }
  return PHONE_NEEDS.filter((need) => lacks[need])
}

/** What is missing for this order; nothing: it can be done from here without a signal. */
export function orderLacks(facts: OrderFacts, { scope, complete }: Pick<PhoneFacts, 'scope' | 'complete'>): OrderNeed[] {
  const { order, unit, model } = facts
  const asks = order.unit_id !== null
  const has = (channel: string): boolean => complete && scope.includes(channel)
  const lacks: Record<OrderNeed, boolean> = {
    customer: facts.customer === undefined,
    site: facts.site === undefined,
    unit: asks && unit === undefined,
    model: unit !== undefined && model === undefined,
    history: unit !== undefined && !has(`unit:${unit.id}`) && !has(`unit:${order.unit_id ?? ''}`), // known under two ids where two phones registered it
    type: facts.type === undefined,
    faults: facts.faults === 0,
    rule_pack: (unit?.rule_pack ?? null) !== null && !((unit?.rule_pack ?? '') in ENTITLEMENT.packs),
    checklist: !facts.listed && !VISIT_PLAN.types.includes(order.type),
    parts: model !== undefined && facts.parts === 0 && !has('catalogue'),
    prices: !facts.covered && (!has('prices') || facts.priced < facts.parts),
    pictures: facts.pictures_missing > 0,
  }
  return ORDER_NEEDS.filter((need) => lacks[need])
}

/** What decides over an order in the field: by which version of which rules. */
export interface RulesUsed {
  packs: { name: string; version: number }[]
  /** Version of the list of what a visit asks for. */
  plan: number
  /** How many readings the model has. */
  readings: number
}

export function rulesOf({ unit, model }: Pick<OrderFacts, 'unit' | 'model'>): RulesUsed {
  const own = unit?.rule_pack ?? null
  const pack = own === null ? undefined : ENTITLEMENT.packs[own]
  const packs = [{ name: ENTITLEMENT.pack, version: ENTITLEMENT.version }]
  if (own !== null && pack !== undefined) packs.push({ name: own, version: pack.version })
  return { packs, plan: VISIT_PLAN.version, readings: readingsOf(model).length }
}
