/** Who pays for a visit, by the rule pack in entitlement.json. The mirror of sync/entitlement.py. */
import { daysAfter, weekday } from './days'
import { ENTITLEMENT } from './pack'
import type { Data, EntitlementLine, EntitlementTable } from './tables'

export interface Entitlement {
  /** `warranty`, `agreement`, `chargeable`, or `goodwill` where a person decided so. */
  basis: string
  covered: boolean
  /** The last day of the cover (`YYYY-MM-DD`, company's zone); null where none ends. */
  until: string | null
  /** Code of the rule that holds; its words say the rest. */
  clause: string | null
  pack: string
  version: number
  /** Earlier repairs, as far as they are known here. */
  repairs: number
  /** Days by which repairs have put off the end. */
  repair_days: number
  /** Days by which the end was put off to the next working day. */
  rest_days: number
  /** A person has overruled the pack, which says `by_rule`. */
  decided: boolean
  by_rule: string
}

interface Found {
  line: EntitlementLine
  until: string | null
  repair_days: number
  rest_days: number
}

/**
 * The cover of a unit on a day.
 *
 * @param day `YYYY-MM-DD` in the company's zone; the last day of a cover is covered
 * @param history the unit's `service_history` as far as this phone knows it
 * @param decisions the order's `cover_decision` records; the newest stands
 */
export function entitlementOf(
  unit: Data | null,
  day: string,
  history: readonly Data[] = [],
  decisions: readonly Data[] = [],
  table: EntitlementTable = ENTITLEMENT,
): Entitlement {
  const repairs = repairsOf(unit, history, table)
  const days = repairs.reduce((sum, one) => sum + Number(one['repair_days'] ?? 0), 0)
  const { line, until, ...putOff } = firstLine(unit, day, days, table)
  const last = standing(decisions)
  const basis = last === undefined ? line.basis : (last['basis'] as string)
  const same = basis === line.basis
  return {
    basis,
    covered: last === undefined ? line.covered : table.decided[basis] === true,
    until: same ? until : null,
    clause: same ? line.clause : null,
    pack: table.pack,
    version: table.version,
    repairs: repairs.length,
    ...putOff,
    decided: last !== undefined,
    by_rule: line.basis,
  }
}

/** The day on which cover is asked: whoever reports a fault in time is not late because we are. */
export function coverDay(orderType: string, reportedOn: string, today: string, table: EntitlementTable = ENTITLEMENT): string {
  return table.repair_types.includes(orderType) ? reportedOn : today
}

/** Earlier repairs since the sale: they count however old the record is. */
function repairsOf(unit: Data | null, history: readonly Data[], table: EntitlementTable): Data[] {
  const soldOn = (unit?.['sold_on'] ?? '') as string
  return history.filter(({ type, happened_on }) => table.repair_types.includes(type as string) && (happened_on as string) >= soldOn)
}

/** Of a person's decisions about an order's cover the newest; undefined where the pack decides. */
export function standing(decisions: readonly Data[]): Data | undefined {
  const key = (one: Data): string => `${one['decided_at'] as string} ${one['id'] as string}`
  return [...decisions].sort((a, b) => (key(a) < key(b) ? -1 : 1)).at(-1)
}

function firstLine(unit: Data | null, day: string, repairDays: number, table: EntitlementTable): Found {
  for (const line of table.order) {
    if (line.until === undefined) return { line, until: null, repair_days: 0, rest_days: 0 }
    const end = unit?.[line.until] ?? null
    if (typeof end !== 'string') continue
    const found = line.extended === true ? putOff(line, end, repairDays, table) : { line, until: end, repair_days: 0, rest_days: 0 }
    if (day <= found.until) return found
  }
  throw new Error('the table of entitlements has no last resort')
}

/** A term that stands still under repair; an end on a day of rest moves to the next working day. */
function putOff(line: EntitlementLine, end: string, repairDays: number, table: EntitlementTable): Found & { until: string } {
  let rest = 0
  while (rests(daysAfter(end, repairDays + rest), table)) rest += 1
  return { line, until: daysAfter(end, repairDays + rest), repair_days: repairDays, rest_days: rest }
}

/** Nobody works on that day. Of a year whose notice is not in the pack yet, weekends and the law's fixed days are known. */
function rests(day: string, { calendar }: EntitlementTable): boolean {
  if (calendar.work.includes(day)) return false
  if (calendar.rest.some(([first, last]) => first <= day && day <= last)) return true
  return calendar.every_year.includes(day.slice(5)) || weekday(day) >= 6
}
