/** Who pays, looked up in order: warranty, agreement, chargeable. The mirror of sync/entitlement.py. */
import { ENTITLEMENT, type Data, type EntitlementTable } from './tables'

export interface Entitlement {
  basis: string
  covered: boolean
  /** The last day of the cover (`YYYY-MM-DD`, company's zone); null where none ends. */
  until: string | null
}

/**
 * The cover of a unit on a day.
 *
 * @param day `YYYY-MM-DD` in the company's zone; the last day of a cover is covered
 */
export function entitlementOf(unit: Data | null, day: string, table: EntitlementTable = ENTITLEMENT): Entitlement {
  for (const { basis, until, covered } of table.order) {
    if (until === undefined) return { basis, covered, until: null }
    const last = unit?.[until] ?? null
    if (typeof last === 'string' && day <= last) return { basis, covered, until: last }
  }
  throw new Error('the table of entitlements has no last resort')
}
