/** What a desk may do about a technician's help request, and what each way sends. */
import type { HelpAsked } from '../data/types'

/** What a way sends, and whether it needs words. */
export interface HelpCommand {
  command: string
  /** The argument that takes the words. */
  words: 'note' | 'answer'
  required: boolean
  grave?: boolean
  args?: Record<string, string>
}

export const HELP_WAYS = {
  agree: { command: 'support_request.review', words: 'note', required: false, args: { answer: 'agreed' } },
  send_back: { command: 'support_request.review', words: 'note', required: true, args: { answer: 'sent_back' } },
  stamp: { command: 'support_request.stamp', words: 'note', required: false, args: { answer: 'stamped' } },
  decline: { command: 'support_request.stamp', words: 'note', required: true, grave: true, args: { answer: 'declined' } },
  answer: { command: 'support_request.answer', words: 'answer', required: true },
  assign: { command: 'support_request.assign', words: 'note', required: false },
} as const satisfies Record<string, HelpCommand>
export type HelpWay = keyof typeof HELP_WAYS

const BY_ACT: Record<string, readonly HelpWay[]> = { review: ['agree', 'send_back'], stamp: ['stamp', 'decline'], answer: ['answer'], assign: ['assign'] }

/** The likeliest first. */
export const helpWays = (asked: Pick<HelpAsked, 'may'>): HelpWay[] => asked.may.flatMap((act) => BY_ACT[act] ?? [])

const OPEN = new Set(['asked', 'branch_reviewed', 'stamped', 'forwarded'])

/** The technician waits for somebody. */
export const isOpen = ({ status }: Pick<HelpAsked, 'status'>): boolean => OPEN.has(status)
