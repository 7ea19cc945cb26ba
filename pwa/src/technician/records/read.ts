/** What screens read together: an order with whom and what it is about. Used within live queries. */
import type { Reads, View } from '@/store/store'
import type { Field } from '@/sync/field'
import { returnedVisits } from './returned'
import { isGivenTo } from './states'

/** An order in a list. */
export interface OrderLine {
  order: View<'order'>
  customer: View<'customer'> | undefined
  site: View<'site'> | undefined
  unit: View<'unit'> | undefined
  model: View<'product_model'> | undefined
  /** My visits, oldest first. */
  visits: View<'visit'>[]
  /** Ids of visits whose report the office has returned. */
  returned: ReadonlySet<string>
}

/** The units that ids mean: one that two phones registered is known under both. */
export async function unitsOf(reads: Reads, ids: readonly string[]): Promise<Map<string, View<'unit'>>> {
  const aliases = await reads.many('unit_alias', ids)
  const units = await reads.many('unit', ids.map((id) => aliases.get(id)?.unit_id ?? id))
  const found = ids.map((id) => [id, units.get(aliases.get(id)?.unit_id ?? id)] as const)
  return new Map(found.filter((pair): pair is [string, View<'unit'>] => pair[1] !== undefined))
}

/** Orders with what belongs to them: as many reads for a whole day as for one order. */
async function linesOf(
  reads: Reads,
  orders: readonly View<'order'>[],
  visits: readonly View<'visit'>[],
): Promise<OrderLine[]> {
  const [customers, sites, units, returned] = await Promise.all([
    reads.many('customer', orders.map(({ customer_id }) => customer_id)),
    reads.many('site', orders.map(({ site_id }) => site_id)),
    unitsOf(reads, orders.flatMap(({ unit_id }) => unit_id ?? [])),
    returnedVisits(reads),
  ])
  const models = await reads.many('product_model', [...units.values()].map(({ model_id }) => model_id))
  const inTime = [...visits].sort((a, b) => a.arrived_at.localeCompare(b.arrived_at))
  return orders.map((order) => {
    const unit = order.unit_id === null ? undefined : units.get(order.unit_id)
    return {
      order,
      customer: customers.get(order.customer_id),
      site: sites.get(order.site_id),
      unit,
      model: unit === undefined ? undefined : models.get(unit.model_id),
      visits: inTime.filter(({ order_id }) => order_id === order.id),
      returned,
    }
  })
}

export function lineOf(field: Field, order: View<'order'>): Promise<OrderLine> {
  return field.together(async (reads) => {
    const visits = await reads.by('visit', 'order_id', order.id)
    const mine = visits.filter(({ person_id }) => person_id === field.session.person_id)
    const [line] = await linesOf(reads, [order], mine)
    return line as OrderLine
  })
}

/** My orders, those that I help with, and those that were taken from me while my visit is open. */
export function myOrders(field: Field): Promise<OrderLine[]> {
  const me = field.session.person_id
  return field.together(async (reads) => {
    const [orders, visits] = await Promise.all([reads.all('order'), reads.by('visit', 'person_id', me)])
    const assigned = orders.filter((order) => isGivenTo(order, me))
    const known = new Set(assigned.map(({ id }) => id))
    const open = visits.filter(({ left_at, order_id }) => left_at === null && !known.has(order_id))
    const taken = await reads.many('order', open.map(({ order_id }) => order_id))
    return linesOf(reads, [...assigned, ...taken.values()], visits)
  })
}

/** The visit that I have begun and not left, or that is to be completed. */
export function openVisit({ visits, returned }: Pick<OrderLine, 'visits' | 'returned'>): View<'visit'> | undefined {
  return visits.filter(({ id, left_at }) => left_at === null || returned.has(id)).at(-1)
}
