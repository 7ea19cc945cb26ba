/** What the customer fills in between reading and signing. */
import { useDraft, type Drafting } from '../records/draft'
import type { Field } from '@/sync/field'
import type { Stroke } from '@/ui/signature/strokes'

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
