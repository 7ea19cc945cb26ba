/** What can be answered to held work, and what accepting it as it is will come to: `sync/tables/held.json`. */
import { HELD } from '@/rules/held'
import type { HeldWork } from '../data/types'

export type Answer = 'accept' | 'change' | 'set_aside'

export const REASONS: readonly string[] = Object.keys(HELD)

export const COMMAND_OF: Record<Answer, string> = {
  accept: 'held.accept',
  change: 'held.change_and_accept',
  set_aside: 'held.set_aside',
}

/** Whether it is carried out when it is accepted, tried once more, or only kept as a record. */
export function acceptMeans({ reason }: Pick<HeldWork, 'reason'>): 'run' | 'retry' | 'keep' {
  const rule = HELD[reason]?.accept
  if (rule === 'keep') return 'keep'
  return rule === 'retry' ? 'retry' : 'run'
}
