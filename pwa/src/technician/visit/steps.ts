/** The questions of a visit, one a screen, in the order in which work goes. What is asked comes from the plan. Pure. */
import { isAnswered, type Plan } from '@/rules/visitPlan'
import type { View } from '@/store/store'
import type { Cover } from '../order/cover'
import { isInterim } from '../records/interim'
import { completesAReturn, openReturns } from '../records/returned'
import { STEPS, type Step } from './names'
import { limitsOf } from './readings/readings'
import { isUnread } from './unit/later'

/** Everything that the screens of a visit need. */
export interface VisitFacts {
  visit: View<'visit'>
  order: View<'order'> | undefined
  unit: View<'unit'> | undefined
  model: View<'product_model'> | undefined
  site: View<'site'> | undefined
  fault: View<'fault_code'> | undefined
  /** Open ones that this machine's batch is part of. */
  recalls: View<'recall'>[]
  photos: View<'photo'>[]
  /** Parts that were fitted at this visit. */
  lines: View<'part_line'>[]
  /** Parts that were recorded by mistake and taken back. */
  takenBack: View<'part_line'>[]
  /** Reports of this visit, the newest round last. */
  reports: View<'report'>[]
  disputes: View<'dispute'>[]
  /** Who pays; null where the order is not on this phone. */
  cover: Cover | null
  /** What the office has ever returned, completed or not. */
  returns: View<'report_return'>[]
  /** Why the engineer amends what is signed; null where they don't. */
  amending: string | null
  /** Who answers for the customer; empty where nobody is known. */
  contact: string
  /** The customer's answers, oldest first. */
  consents: View<'consent'>[]
  /** Who pays, where a person has decided it. */
  decisions: View<'cover_decision'>[]
  trainings: View<'training'>[]
  /** Trainings that were tapped by mistake and taken back. */
  untrained: View<'training'>[]
  settlements: View<'settlement'>[]
  oldParts: View<'old_part_return'>[]
  /** What this kind of order asks for, and how many photos at least. */
  plan: Plan
  /** The company's checklists among that, as they were when the visit began. */
  lists: View<'checklist'>[]
  minPhotos: number
}

/** Slots that are asked for and have no photo yet. */
export function missingSlots({ plan, photos }: Pick<VisitFacts, 'plan' | 'photos'>): string[] {
  return plan.slots.filter((slot) => !photos.some((photo) => photo.slot === slot))
}

/** `later`: its answer stands on a photo, and is still to be read; that holds up nothing. */
export type StepState = 'answered' | 'later' | 'open' | 'optional'

function answered(step: Step, facts: VisitFacts): boolean {
  if (step === 'photos') return missingSlots(facts).length === 0 && facts.photos.length >= Math.max(1, facts.minPhotos)
  if (step === 'parts') return facts.lines.length > 0
  if (step === 'plan') return facts.consents.length > 0
  if (step === 'training') return facts.trainings.length > 0
  return isAnswered(facts.plan, step, facts.visit)
}

export function isNeeded(step: Step, { plan, minPhotos }: VisitFacts): boolean {
  return plan.needs.includes(step) && (step !== 'photos' || minPhotos > 0 || plan.slots.length > 0)
}

export function stateOf(step: Step, facts: VisitFacts): StepState {
  if (step === 'unit' && isUnread(facts.visit)) return 'later'
  if (answered(step, facts)) return 'answered'
  return isNeeded(step, facts) ? 'open' : 'optional'
}

/** The questions in sight: what is asked for, and what was answered unasked. */
export function shownSteps(facts: VisitFacts): Step[] {
  return STEPS.filter((step) => facts.plan.steps.includes(step) || answered(step, facts))
}

/** What nobody asks for here and can be recorded all the same. */
export function otherSteps(facts: VisitFacts): Step[] {
  const shown = shownSteps(facts)
  return STEPS.filter((step) => !shown.includes(step) && (step !== 'readings' || limitsOf(facts.model, facts.lists).length > 0))
}

/** The first question that still needs an answer. */
export function firstOpen(facts: VisitFacts): Step | undefined {
  return shownSteps(facts).find((step) => stateOf(step, facts) === 'open')
}

/** Nothing is asked for any more, and nobody has been shown the report yet. */
export function isComplete(facts: VisitFacts): boolean {
  return firstOpen(facts) === undefined && (phaseOf(facts) === 'working' || phaseOf(facts) === 'disputed')
}

/** The next question in sight. */
export function stepAfter(step: Step, facts: VisitFacts): Step | undefined {
  return shownSteps(facts).find((other) => STEPS.indexOf(other) > STEPS.indexOf(step))
}

/** `interim`: signed, and the work may still go on, now or at another visit. */
export type Phase = 'working' | 'interim' | 'returned' | 'amending' | 'presented' | 'disputed' | 'signed' | 'unsigned' | 'left'

/** How far the visit has come; the newest report decides. */
export function phaseOf({ visit, reports, returns, amending }: Pick<VisitFacts, 'visit' | 'reports' | 'returns' | 'amending'>): Phase {
  if (openReturns(returns, reports).length > 0) return 'returned'
  const last = reports.at(-1)
  if (last?.status === 'signed' && amending !== null) return 'amending'
  if (visit.left_at !== null && !isOpenAgain(last, returns, reports)) return 'left'
  const status = last?.status
  if (status === 'signed' && isInterim(last)) return 'interim'
  return status === 'presented' || status === 'disputed' || status === 'signed' || status === 'unsigned' ? status : 'working'
}

/** A report that the office had returned, or the engineer amended, is with the customer once more, after the visit was left. */
function isOpenAgain(last: View<'report'> | undefined, returns: VisitFacts['returns'], reports: VisitFacts['reports']): boolean {
  if (last?.status !== 'presented' && last?.status !== 'disputed') return false
  return (last.amends ?? null) !== null || completesAReturn(last, returns, reports)
}

/** What was signed is not rewritten; an amendment has its own number. */
export function isOpenForWork(phase: Phase): boolean {
  return phase !== 'signed' && phase !== 'left'
}
