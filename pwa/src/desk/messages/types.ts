/** What the desk reads of messages. */
import type { PersonShort } from '../data/types'

export interface Step {
  at: string
  channel: string
  outcome: 'sent' | 'failed' | 'refused' | 'not_reached' | 'quiet' | 'in_spite_of_quiet'
  detail: string | null
}

export interface Message {
  id: string
  kind: string
  order_id: string | null
  order_number: string | null
  language: string
  urgent: boolean
  test: boolean
  name: string | null
  phone: string | null
  email: string | null
  person: PersonShort | null
  text: string
  channel: string
  status: 'waiting' | 'sent' | 'delivered' | 'calling' | 'called' | 'dead' | 'dropped'
  tries: number
  reason: string | null
  created_at: string
  due_at: string | null
  confirmed_at: string | null
  confirmed_by: string | null
  steps: Step[]
}

export interface Template {
  kind: string
  channel: string
  language: string
  title: string
  text: string
  own: boolean
  values: string[]
  audience: 'technician' | 'customer'
}

export interface Templates {
  items: Template[]
  /** The channels that the operator has set up. */
  ready: string[]
  /** Whether it is known how people reach the server. */
  links: boolean
}

export const TABS = ['calls', 'dead', 'all', 'templates'] as const
export type Tab = (typeof TABS)[number]

/** What a tab asks for. */
export const STATUS_OF: Partial<Record<Tab, string>> = { calls: 'calling', dead: 'undelivered' }

/** There was no way, but there may be one now: somebody put in a number or a setting. */
const NO_WAY: readonly (string | null)[] = ['no_channel', 'no_public_url']

/** Whether somebody can do something about it: ring up, or try again. */
export function isOpen({ status, reason }: Pick<Message, 'status' | 'reason'>): boolean {
  return status === 'calling' || status === 'dead' || (status === 'dropped' && NO_WAY.includes(reason))
}

export const MOODS = {
  waiting: 'waiting', sent: 'waiting', delivered: 'proven', calling: 'person', called: 'proven', dead: 'person', dropped: 'plain',
} as const
