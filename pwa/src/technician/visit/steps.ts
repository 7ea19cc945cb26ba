/** The questions of a visit, one a screen, in the order in which work goes. Pure. */
import type { View } from '@/store/store'

export const STEPS = ['fault', 'mode', 'hours', 'findings', 'work', 'test', 'photos', 'parts'] as const
export type Step = (typeof STEPS)[number]

/** Everything that the screens of a visit need. */
export interface VisitFacts {
  visit: View<'visit'>
  order: View<'order'> | undefined
  unit: View<'unit'> | undefined
  fault: View<'fault_code'> | undefined
  photos: View<'photo'>[]
  lines: View<'part_line'>[]
  /** Reports of this visit, the newest round last. */
  reports: View<'report'>[]
  disputes: View<'dispute'>[]
  /** The slots that this kind of order asks for, and how many photos at least. */
  slots: string[]
  minPhotos: number
}

export function isStep(name: string): name is Step {
  return (STEPS as readonly string[]).includes(name)
}

/** Slots that are asked for and have no photo yet. */
export function missingSlots({ slots, photos }: Pick<VisitFacts, 'slots' | 'photos'>): string[] {
  return slots.filter((slot) => !photos.some((photo) => photo.slot === slot))
}

export type StepState = 'answered' | 'open' | 'optional'

function answered(step: Step, facts: VisitFacts): boolean {
  const { visit } = facts
  switch (step) {
    case 'fault':
      return visit.fault_code_id !== null
    case 'mode':
      return visit.failure_mode !== null || visit.onset !== null
    case 'hours':
      return visit.running_hours !== null
    case 'findings':
      return visit.diagnosis !== null
    case 'work':
      return visit.work_done !== null
    case 'test':
      return visit.test_result !== null
    case 'photos':
      return missingSlots(facts).length === 0 && facts.photos.length >= Math.max(1, facts.minPhotos)
    case 'parts':
      return facts.lines.length > 0
  }
}

const NEEDED: readonly Step[] = ['fault', 'findings', 'work']

/** A report without these would tell the customer nothing. */
export function isNeeded(step: Step, facts: VisitFacts): boolean {
  return NEEDED.includes(step) || (step === 'photos' && (facts.minPhotos > 0 || facts.slots.length > 0))
}

export function stateOf(step: Step, facts: VisitFacts): StepState {
  if (answered(step, facts)) return 'answered'
  return isNeeded(step, facts) ? 'open' : 'optional'
}

/** The first question that still needs an answer. */
export function firstOpen(facts: VisitFacts): Step | undefined {
  return STEPS.find((step) => stateOf(step, facts) === 'open')
}

export function stepAfter(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) + 1]
}

export type Phase = 'working' | 'presented' | 'disputed' | 'signed' | 'unsigned' | 'left'

/** How far the visit has come; the newest report decides. */
export function phaseOf({ visit, reports }: Pick<VisitFacts, 'visit' | 'reports'>): Phase {
  if (visit.left_at !== null) return 'left'
  const status = reports.at(-1)?.status
  return status === 'presented' || status === 'disputed' || status === 'signed' || status === 'unsigned' ? status : 'working'
}

/** What was signed is not rewritten; an amendment has its own number. */
export function isOpenForWork(phase: Phase): boolean {
  return phase !== 'signed' && phase !== 'left'
}
