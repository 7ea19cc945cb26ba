/** Where the work waits for parts the customer signs an interim report; the final one of a later visit stands beside it. */
import type { View } from '@/store/store'

export const INTERIM = 'parts_pending'

/** Reports of older apps do not say with what their visit ends: they are final. */
export function isInterim(report: { outcome?: View<'report'>['outcome'] } | undefined): boolean {
  return report?.outcome === INTERIM
}
