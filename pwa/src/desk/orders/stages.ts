/** The 23 states of an order, as the few stages that a dispatcher thinks in. */
import type { Mood } from '@/ui/components/StatusTag.vue'

export const STAGES = ['all', 'new', 'assigned', 'sent', 'on_site', 'parts', 'decide', 'done', 'cancelled'] as const
export type Stage = (typeof STAGES)[number]

const STATUSES: Record<Exclude<Stage, 'all'>, readonly string[]> = {
  new: ['registered'],
  assigned: ['assigned'],
  sent: ['dispatched', 'accepted', 'travelling'],
  on_site: ['on_site', 'diagnosed', 'consent_pending', 'support_pending', 'to_bench', 'repaired', 'presented'],
  parts: ['parts_pending'],
  decide: ['decision_needed', 'disputed', 'unsigned', 'customer_absent'],
  done: ['signed', 'settled', 'callback_due', 'closed', 'resolved_remotely'],
  cancelled: ['cancelled'],
}

const STAGE_OF = new Map(
  Object.entries(STATUSES).flatMap(([stage, statuses]) => statuses.map((status) => [status, stage as Stage])),
)

const MOODS: Record<Exclude<Stage, 'all'>, Mood> = {
  new: 'waiting', assigned: 'waiting', sent: 'action', on_site: 'action', parts: 'waiting', decide: 'person', done: 'proven', cancelled: 'plain',
}

/** The states of a stage; none for "all": nothing is left out then. */
export function statusesOf(stage: Stage): readonly string[] {
  return stage === 'all' ? [] : STATUSES[stage]
}

export function stageOf(status: string): Stage {
  return STAGE_OF.get(status) ?? 'all'
}

/** How urgent a state looks: never told by colour alone, the tag has its word and mark. */
export function moodOf(status: string): Mood {
  const stage = stageOf(status)
  return stage === 'all' ? 'plain' : MOODS[stage]
}

/** How many orders are in a stage, from the server's counts by state. */
export function countOf(stage: Stage, counts: Readonly<Record<string, number>>): number {
  const wanted = stage === 'all' ? [...STAGE_OF.keys()] : STATUSES[stage]
  return wanted.reduce((sum, status) => sum + (counts[status] ?? 0), 0)
}
