/** Reports as the office reads them. */
import type { OrderItem, Page, PersonShort, Row } from '../data/types'

export const PILES = ['exceptions', 'clean', 'escalated', 'returned', 'accepted'] as const
export type Pile = (typeof PILES)[number]

export interface Review {
  id: string
  number: string | null
  provisional_number: string
  status: string
  round: number
  amendment: number | null
  presented_at: string
  accepted_at: string | null
  escalated_at: string | null
  escalated_by: PersonShort | null
  escalation: string | null
  order: OrderItem
  /** Who was there. */
  person: PersonShort | null
  marks: string[]
  /** From the site to where the visit began; null where nobody knows. */
  distance_m: number | null
  /** Steps, and `photo:<slot>`. */
  lacks: string[]
  returns: Row<'report_return'>[]
  said: { signer_name: string | null; rating: number | null; comment: string | null; reason: string | null } | null
}

export interface ReviewsPage extends Page<Review> {
  counts: Record<Pile, number>
}
