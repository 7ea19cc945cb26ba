/** What a consumer may ask for under a three-guarantees (三包) pack. The mirror of sync/remedies.py. */
import { daysBetween } from './days'
import { ENTITLEMENT } from './pack'
import type { Data, EntitlementTable, RemedyRule } from './tables'

export interface Remedies {
  pack: string
  version: number
  clause: string
  /** Of `return`, `exchange`, `repair`: what the customer may choose. */
  remedies: readonly string[]
  /** Who bears it where it isn't the maker. */
  borne_by: string | null
  /** Days from the sale to the report of the fault. */
  day: number
}

/** Days that a repair has taken so far: waiting for parts, and otherwise. */
export interface Waits {
  parts: number
  repairer: number
}

export interface Stay {
  arrived_on: string
  left_on: string | null
  outcome: string | null
}

/**
 * The first rule of the unit's pack that holds; null where no pack does: business customers follow their contract.
 *
 * @param repairs earlier ones since the sale, as far as this phone knows
 * @param inTerm the unit is under warranty
 */
export function remediesOf(
  unit: Data | null,
  reportedOn: string,
  repairs: number,
  waits: Waits,
  inTerm: boolean,
  table: EntitlementTable = ENTITLEMENT,
): Remedies | null {
  const name = (unit?.['rule_pack'] ?? '') as string
  const pack = table.packs[name]
  const soldOn = unit?.['sold_on'] ?? null
  if (pack === undefined || typeof soldOn !== 'string' || !inTerm) return null
  const day = daysBetween(soldOn, reportedOn)
  const rule = pack.rules.find((one) => holds(one, day, repairs, waits))
  if (rule === undefined) throw new Error(`the pack ${name} has no last resort`)
  return { pack: name, version: pack.version, clause: rule.clause, remedies: rule.remedies, borne_by: rule.borne_by ?? null, day }
}

function holds(rule: RemedyRule, day: number, repairs: number, waits: Waits): boolean {
  return (
    day <= (rule.through_day ?? day) &&
    repairs >= (rule.repairs ?? repairs) &&
    waits.parts > (rule.parts_wait_over ?? waits.parts - 1) &&
    waits.repairer > (rule.repairer_wait_over ?? waits.repairer - 1)
  )
}

/**
 * How long a repair has taken by its visits.
 *
 * @param visits of one order, oldest first
 * @param day up to which it is counted
 */
export function waitsOf(visits: readonly Stay[], day: string): Waits {
  const [first] = visits
  if (first === undefined) return { parts: 0, repairer: 0 }
  const waits = visits.map(({ left_on, outcome }, at) => {
    const end = visits[at + 1]?.arrived_on ?? day
    return outcome === 'parts_pending' && left_on !== null ? daysBetween(left_on, end) : 0
  })
  const parts = waits.reduce((sum, days) => sum + days, 0)
  return { parts, repairer: daysBetween(first.arrived_on, day) - parts }
}
