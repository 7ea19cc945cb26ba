/** Reads what readiness is told from: the phone's own databases, nothing from the network. For a live query. */
import { listsInForce } from '@/rules/visitPlan'
import type { Field } from '@/sync/field'
import type { View } from '@/store/store'
import { readCover } from '../order/cover'
import { myOrders, type OrderLine } from '../records/read'
import { isDone } from '../records/states'
import { sealingKey } from '../session/introduce'
import { orderLacks, phoneLacks, rulesOf, type OrderFacts, type OrderNeed, type PhoneFacts, type PhoneNeed, type RulesUsed } from './readiness'

export interface ReadyOrder {
  line: OrderLine
  lacks: OrderNeed[]
  rules: RulesUsed
}

export interface Ready {
  phone: PhoneNeed[]
  facts: PhoneFacts
  orders: ReadyOrder[]
}

/** What the browser tells of this installation: asked anew each time, it changes under the app. */
export async function shellFacts(): Promise<Pick<PhoneFacts, 'shell' | 'outdated' | 'free'>> {
  const registration = await navigator.serviceWorker?.getRegistration('/app/').catch(() => undefined)
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined)
  const { quota, usage } = estimate ?? {}
  return {
    shell: registration?.active?.state === 'activated' || registration?.active?.state === 'activating',
    outdated: registration?.waiting != null && registration.active !== null,
    free: quota === undefined || usage === undefined ? null : quota - usage,
  }
}

async function phoneFacts(field: Field, shell: Pick<PhoneFacts, 'shell' | 'outdated' | 'free'>): Promise<PhoneFacts> {
  const standing = await field.store.standing()
  return {
    ...shell,
    complete: standing.atHead && !standing.sweeping,
    lastSync: (await field.journal.fact<string>('last_sync')) ?? null,
    sealing: (await sealingKey(field)) !== undefined,
    company: (await field.all('company')).length > 0,
    scope: standing.scope,
  }
}

/** What orders share: read once for all of them. */
interface Catalogue {
  zone: string
  faults: number
  parts: View<'part'>[]
  priced: Set<string>
  types: Set<string>
  lists: View<'checklist'>[]
}

async function catalogueOf(field: Field): Promise<Catalogue> {
  return {
    zone: (await field.all('company'))[0]?.timezone ?? 'Asia/Shanghai',
    faults: (await field.all('fault_code')).length,
    parts: await field.all('part'),
    priced: new Set((await field.all('part_price')).map(({ part_id }) => part_id)),
    types: new Set((await field.all('order_type')).map(({ code }) => code)),
    lists: await field.all('checklist'),
  }
}

async function orderFacts(field: Field, line: OrderLine, { zone, faults, parts, priced, types, lists }: Catalogue): Promise<OrderFacts> {
  const { order, customer, site, unit, model } = line
  const fitting = model === undefined ? [] : parts.filter(({ models }) => (models as string[]).includes(model.id))
  const pictures = await field.by('photo', 'order_id', order.id)
  return {
    order, customer, site, unit, model, faults,
    type: types.has(order.type) ? order.type : undefined,
    listed: (listsInForce(lists, order.type) ?? []).length > 0,
    covered: (await readCover(field, order, zone)).covered,
    parts: fitting.length,
    priced: fitting.filter(({ id }) => priced.has(id)).length,
    pictures_missing: pictures.filter(({ thumb }) => thumb === '').length,
  }
}

/** Orders that are still to be done, of today and of the days that come. */
export async function readReady(field: Field, shell: Pick<PhoneFacts, 'shell' | 'outdated' | 'free'>): Promise<Ready> {
  const facts = await phoneFacts(field, shell)
  const lines = (await myOrders(field)).filter(({ order }) => !isDone(order.status) && order.status !== 'cancelled')
  const catalogue = await catalogueOf(field)
  const orders = await Promise.all(lines.map(async (line) => {
    const found = await orderFacts(field, line, catalogue)
    return { line, lacks: orderLacks(found, facts), rules: rulesOf(found) }
  }))
  return { phone: phoneLacks(facts, field.now()), facts, orders }
}
