/** Who pays, as far as this phone knows; whether that ends soon; and what a consumer may ask for. */
import { daysBetween } from '@/rules/days'
import { coverDay, entitlementOf, type Entitlement } from '@/rules/entitlement'
import { remediesOf, waitsOf, type Remedies } from '@/rules/remedies'
import type { Data } from '@/rules/tables'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'
import { dayOf } from '../records/days'

export interface Cover extends Entitlement {
  endsSoon: boolean
  /** Where the sale is under a three-guarantees pack. */
  remedies: Remedies | null
}

/** What the verdict is made of. */
export interface CoverFacts {
  unit: View<'unit'> | undefined
  order: Pick<View<'order'>, 'type' | 'received_at'>
  visits: readonly Pick<View<'visit'>, 'arrived_at' | 'left_at' | 'outcome'>[]
  history: readonly Data[]
  decisions: readonly Data[]
}

const SOON_DAYS = 30

/**
 * @param now the server's time, as well as the phone can tell
 * @param zone where the company's days begin and end
 */
export function coverOf({ unit, order, visits, history, decisions }: CoverFacts, now: string, zone: string): Cover {
  const day = (iso: string): string => dayOf(iso, zone)
  const machine = unit ?? null
  const stays = [...visits].sort((a, b) => a.arrived_at.localeCompare(b.arrived_at))
  const reportedOn = day(order.received_at)
  const cover = entitlementOf(machine, coverDay(order.type, reportedOn, day(stays.at(-1)?.arrived_at ?? now)), history, decisions)
  const waits = waitsOf(
    stays.map(({ arrived_at, left_at, outcome }) => ({ arrived_on: day(arrived_at), left_on: left_at === null ? null : day(left_at), outcome })),
    day(now),
  )
  return {
    ...cover,
    endsSoon: cover.until !== null && daysBetween(day(now), cover.until) <= SOON_DAYS,
    remedies: remediesOf(machine, reportedOn, cover.repairs, waits, cover.by_rule === 'warranty'),
  }
}

/** An order's cover by what is on this phone; for a live query. */
export async function readCover(field: Field, order: View<'order'>, zone: string): Promise<Cover> {
  const facts = {
    order,
    unit: order.unit_id === null ? undefined : await field.get('unit', order.unit_id),
    visits: await field.by('visit', 'order_id', order.id),
    history: order.unit_id === null ? [] : await field.by('service_history', 'unit_id', order.unit_id),
    decisions: await field.by('cover_decision', 'order_id', order.id),
  }
  return coverOf(facts, field.now(), zone)
}
