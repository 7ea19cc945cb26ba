/** The rule pack that came with this version of the app: who pays, and until when. */
import entitlementJson from '@tables/entitlement.json'
import type { EntitlementTable } from './tables'

export const ENTITLEMENT = entitlementJson as unknown as EntitlementTable
