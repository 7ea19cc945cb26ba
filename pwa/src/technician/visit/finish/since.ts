/** What the signed report of a visit no longer says. Pure. */
import type { Json } from '@/protocol/json'
import { changedSteps, partsSince, type Now } from '@/rules/since'
import { isInterim } from '../../records/interim'
import type { VisitFacts } from '../steps'

/** The steps that say something else than a report of this visit. */
export function stepsOtherThan(content: Json, { visit, fault, photos, trainings, untrained, consents, decisions }: VisitFacts): string[] {
  const own = [...trainings, ...untrained].filter(({ visit_id }) => visit_id === visit.id)
  const now = { visit, fault: fault ?? null, photos, trainings: own, consents, decisions } as unknown as Now
  return changedSteps(content, now)
}

/** The steps that were changed after the customer signed, until an amendment is presented; after an interim report the work goes on. */
export function sinceSigned(facts: VisitFacts): string[] {
  const last = facts.reports.at(-1)
  if (last?.status !== 'signed') return []
  const whole = !isInterim(last)
  const parts = partsSince(last, whole, [...facts.lines, ...facts.takenBack])
  return [...(whole ? stepsOtherThan(last.content, facts) : []), ...(parts.length > 0 ? ['parts'] : [])]
}
