/** The report that the customer sees and signs, composed on the phone from what the phone shows. */
import { newId } from '../protocol/ids'
import type { Kind } from '../protocol/messages'
import { coverDay } from '../rules/entitlement'
import { compose, seal, type Given, type Identified, type Outcome, type Records, type SealedReport } from '../rules/report'
import type { Data } from '../rules/tables'
import type { Store, View } from '../store/store'

/** A report ready to be shown: what `signoff.present` needs, but the order to show it. */
export interface ComposedReport extends Given, SealedReport {}

/** Of which visit, and with what that ends: done where nothing is said. */
export interface Reported extends Pick<Given, 'order_id' | 'visit_id'> {
  outcome?: Outcome
}

/** What an amendment says of the signed report that it amends. */
export type Amending = Required<Pick<Given, 'amends' | 'amends_hash' | 'amendment'>>

/** The store as the composition reads it: what is pending is in it, since the customer signs it too. */
function recordsOf(store: Store): Records {
  const identified = (view: View<Kind>): Identified => view
  return {
    read: async (kind, id) => {
      const view = await store.get(kind as Kind, id)
      return view === undefined ? undefined : identified(view)
    },
    find: async (kind, where) => {
      const [first, ...rest] = Object.entries(where)
      const views = first === undefined ? await store.all(kind as Kind) : await store.by(kind as Kind, first[0] as never, first[1])
      const fits = (data: Data): boolean => rest.every(([field, value]) => data[field] === value)
      return views.map(identified).filter(fits)
    },
  }
}

/** The day (`YYYY-MM-DD`) of an instant in a time zone. */
export function dayIn(zone: string, instant: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return parts.format(new Date(instant))
}

/**
 * Composes the report of a visit: a new round each time it is presented.
 *
 * @param amending of an amendment, what it amends
 * @param number gives the provisional number; asked once for an order, later rounds keep it
 * @throws Error when the visit is not on this phone
 */
export async function composeReport(
  store: Store,
  { order_id, visit_id, outcome = 'done' }: Reported,
  number: () => Promise<string>,
  amending: Amending | undefined = undefined,
): Promise<ComposedReport> {
  const visit = await store.get('visit', visit_id)
  if (visit === undefined) throw new Error('the visit is not on this phone')
  const earlier = (await store.by('report', 'order_id', order_id)).sort((one, other) => one.round - other.round)
  const company = (await store.all('company'))[0]
  const given: Given = {
    report_id: newId(),
    order_id,
    visit_id,
    round: (earlier.at(-1)?.round ?? 0) + 1,
    provisional_number: earlier.at(-1)?.provisional_number ?? (await number()),
    outcome,
    ...amending,
  }
  const zone = company?.timezone ?? 'Asia/Shanghai'
  const order = await store.get('order', order_id)
  const visited = dayIn(zone, visit.arrived_at)
  const day = order === undefined ? visited : coverDay(order.type, dayIn(zone, order.received_at), visited)
  return { ...given, ...seal(await compose(given, day, recordsOf(store))) }
}
