/** Which field the office has named and nobody has completed yet. Pure. */
import { canonical } from '@/rules/canonical'
import type { Data } from '@/rules/tables'
import { VISIT_PLAN } from '@/rules/visitPlan'
import { openReturns } from '../../records/returned'
import { isStep, type Step } from '../names'
import { firstOpen, type VisitFacts } from '../steps'

type Told = Partial<Record<'visit' | 'fault', Data | null>> & { photos?: { sha256: string }[] }

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
  const told = facts.reports.find(({ id }) => id === report)?.content as Told | undefined
  if (told === undefined) return false
  const { visit, fault, photos, lines, trainings, returns } = facts
  const since = returns.find(({ report_id }) => report_id === report)?.returned_at ?? ''
  switch (step) {
    case 'fault':
      return (fault?.code ?? null) !== (told.fault?.['code'] ?? null)
    case 'photos':
      return photos.some(({ sha256 }) => !(told.photos ?? []).some((one) => one.sha256 === sha256))
    case 'parts':
      return lines.some(({ fitted_at }) => fitted_at > since)
    case 'training':
      return trainings.some(({ trained_at }) => trained_at > since)
    case 'unit': // its serial is in no report
    case 'plan':
      return false
    default:
      return (VISIT_PLAN.answers[step] ?? []).some((name) => canonical(visit[name as keyof typeof visit] ?? null) !== canonical(told.visit?.[name] ?? null))
  }
}
