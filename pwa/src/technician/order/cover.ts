/** Who pays, as far as this phone knows; and whether that ends soon. Pure. */
import { entitlementOf, type Entitlement } from '@/rules/entitlement'
import type { Data } from '@/rules/tables'
import { daysBetween } from '../records/days'

export interface Cover extends Entitlement {
  endsSoon: boolean
}

const SOON_DAYS = 30

export function coverOf(unit: Data | null, day: string): Cover {
  const cover = entitlementOf(unit, day)
  return { ...cover, endsSoon: cover.until !== null && daysBetween(day, cover.until) <= SOON_DAYS }
}
