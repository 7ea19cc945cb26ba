/** What the customer fills in between reading and signing. */
import { useDraft, type Drafting } from '../records/draft'
import type { Field } from '@/sync/field'

/** A line of the hand: x and y in turn, in CSS pixels of the pad; no pressure and no speed, which could be biometric. */
export type Stroke = number[]

export interface Signing {
  rating: number | null
  comment: string
  name: string
  title: string
  phone: string
  strokes: Stroke[]
}

export function useSigning(field: Field, reportId: string): Drafting<Signing> {
  return useDraft<Signing>(field, `signing:${reportId}`, { rating: null, comment: '', name: '', title: '', phone: '', strokes: [] })
}
