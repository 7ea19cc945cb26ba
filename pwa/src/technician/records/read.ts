/** What screens read together: an order with whom and what it is about. Used within live queries. */
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'

/** An order in a list. */
export interface OrderLine {
  order: View<'order'>
  customer: View<'customer'> | undefined
  site: View<'site'> | undefined
  unit: View<'unit'> | undefined
  model: View<'product_model'> | undefined
  /** My visits, oldest first. */
  visits: View<'visit'>[]
}

const optional = async <T>(id: string | null | undefined, read: (id: string) => Promise<T | undefined>): Promise<T | undefined> =>
  id === null || id === undefined ? undefined : read(id)

export async function lineOf(field: Field, order: View<'order'>): Promise<OrderLine> {
  const unit = await optional(order.unit_id, (id) => field.get('unit', id))
  const visits = await field.by('visit', 'order_id', order.id)
  const mine = visits.filter(({ person_id }) => person_id === field.session.person_id)
  return {
    order,
    customer: await field.get('customer', order.customer_id),
    site: await field.get('site', order.site_id),
    unit,
    model: await optional(unit?.model_id, (id) => field.get('product_model', id)),
    visits: mine.sort((a, b) => a.arrived_at.localeCompare(b.arrived_at)),
  }
}

/** My orders, and those that were taken from me while my visit is open. */
export async function myOrders(field: Field): Promise<OrderLine[]> {
  const me = field.session.person_id
  const orders = new Map((await field.by('order', 'assignee_id', me)).map((order) => [order.id, order]))
  for (const visit of await field.by('visit', 'person_id', me)) {
    if (visit.left_at !== null || orders.has(visit.order_id)) continue
    const order = await field.get('order', visit.order_id)
    if (order !== undefined) orders.set(order.id, order)
  }
  const lines: OrderLine[] = []
  for (const order of orders.values()) lines.push(await lineOf(field, order))
  return lines
}

/** The visit that I have begun and not left. */
export function openVisit({ visits }: Pick<OrderLine, 'visits'>): View<'visit'> | undefined {
  return visits.filter(({ left_at }) => left_at === null).at(-1)
}
