/** What waits for this person, kept fresh: by the feed, and by the time, which no record tells of. */
import { computed, onScopeDispose, type ComputedRef } from 'vue'
import type { Query } from '@/protocol/rest'
import type { Reading } from '../live/reader'
import { useDesk, useRead } from '../session'
import type { DecisionsPage } from './types'

/** A phone becomes silent and a note runs out without any record's changing. */
const LOOK_MS = 30_000
/** Kinds of records from whose changes something begins or ceases to wait. */
const KINDS = new Set(['order', 'held', 'collision', 'clock', 'request', 'part_line', 'consent', 'dispute', 'signature', 'delivery', 'support_request', 'decision_note', 'van_stock'])

export function useDecisions(question: () => Query): Reading<DecisionsPage | null> {
  const desk = useDesk()
  const reading = useRead<DecisionsPage>(
    () => (desk.may('decision.read') ? { path: 'decisions', query: question() } : null),
    ({ kind }) => KINDS.has(kind),
    { from: () => JSON.stringify([question(), desk.may('decision.read')]), keep: true },
  )
  const timer = setInterval(() => void reading.reload(), LOOK_MS)
  onScopeDispose(() => clearInterval(timer))
  return reading
}

/** How much waits for a decision. */
export function useWaiting(): ComputedRef<number> {
  const reading = useDecisions(() => ({ size: 1 }))
  return computed(() => reading.data.value?.total ?? 0)
}
