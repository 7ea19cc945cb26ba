/** Which field the office has named and nobody has completed yet. Pure. */
import { openReturns } from '../../records/returned'
import { isStep, type Step } from '../names'
import { firstOpen, type VisitFacts } from '../steps'
import { stepsOtherThan } from './since'

/** Where the main button leads: to the field that the office has named, until it says something else; then to the first open one. */
export function nextStep(facts: VisitFacts): Step | undefined {
  return namedStep(facts) ?? firstOpen(facts)
}

export function namedStep(facts: VisitFacts): Step | undefined {
  const named = openReturns(facts.returns, facts.reports).find(({ field, report_id }) => isStep(field) && !isCompleted(field, report_id, facts))
  return named?.field as Step | undefined
}

/** Whether a step says something else by now than the report that was returned. */
function isCompleted(step: Step, report: string, facts: VisitFacts): boolean {
  const told = facts.reports.find(({ id }) => id === report)
  if (told === undefined) return false
  const since = facts.returns.find(({ report_id }) => report_id === report)?.returned_at ?? ''
  if (step === 'parts') return facts.lines.some(({ fitted_at }) => fitted_at > since)
  return stepsOtherThan(told.content, facts).includes(step)
}
