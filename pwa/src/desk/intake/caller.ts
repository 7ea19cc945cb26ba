/** What the server knows of whoever is on the line. */
import type { CustomerShort, Entitlement, Named, OrderItem, PersonShort, Row, SiteShort, UnitWhole } from '../data/types'

interface Alike {
  /** Of `phone`, `unit`, `symptom`. */
  reasons: string[]
  /** Probably the same thing once more. */
  repeat: boolean
}

export interface RequestItem extends Row<'request'> {
  customer: CustomerShort | null
  site: SiteShort | null
  branch: Named
  owner: PersonShort | null
}

export interface Caller {
  contacts: (Row<'contact'> & { customer: CustomerShort; site: SiteShort | null })[]
  units: (UnitWhole & { customer: CustomerShort; site: SiteShort; entitlement: Entitlement })[]
  orders: (Omit<OrderItem, 'exceptions'> & Alike)[]
  requests: (RequestItem & Alike)[]
}
