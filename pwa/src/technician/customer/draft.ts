/** What the customer fills in between reading and signing. */
import { useDraft, type Drafting } from '../records/draft'
import type { Field } from '@/sync/field'
import type { Stroke } from '@/ui/signature/strokes'

export interface Signing {
  /** What they think, closed to the installation's key: the engineer who holds the phone can't read it. */
  sealed: string | null
  /** The same in the open: only where this phone can close nothing. */
  rating: number | null
  comment: string
  name: string
  title: string
  phone: string
  strokes: Stroke[]
}

export function useSigning(field: Field, reportId: string): Drafting<Signing> {
  return useDraft<Signing>(field, `signing:${reportId}`, { sealed: null, rating: null, comment: '', name: '', title: '', phone: '', strokes: [] })
}
