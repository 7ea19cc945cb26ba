/** How a technician is told of things: wishes, and the browser that may be pushed to. */
import type { Reading } from './envelope'
import { isObject } from './json'
import { ask } from './session'

export interface Wishes {
  push: boolean
  chat: boolean
  sms: boolean
  /** Minutes after the company's midnight; both or none. */
  quiet_from: number | null
  quiet_to: number | null
}

export interface OwnNotices extends Wishes {
  /** In how many browsers this person can be pushed to. */
  subscriptions: number
  /** What a browser subscribes with, base64url. */
  push_key: string
  /** The ways that the company has set up. */
  ready: string[]
}

function isOwn(value: unknown): value is OwnNotices {
  return isObject(value) && typeof value['push_key'] === 'string' && Array.isArray(value['ready'])
}

const anything = (body: unknown): body is unknown => body !== undefined

export function readNotices(language: string): Promise<Reading<OwnNotices>> {
  return ask('GET', 'me/messages', undefined, language, isOwn)
}

export function saveWishes({ push, chat, sms, quiet_from, quiet_to }: Wishes, language: string): Promise<Reading<unknown>> {
  return ask('POST', 'commands/message.prefer', { push, chat, sms, quiet_from, quiet_to }, language, anything)
}

export function tellSubscription({ endpoint, keys }: PushSubscriptionJSON, language: string): Promise<Reading<unknown>> {
  return ask('POST', 'me/push-subscriptions', { endpoint, ...keys }, language, anything)
}

export function forgetSubscription(endpoint: string, language: string): Promise<Reading<unknown>> {
  return ask('POST', 'commands/push.unsubscribe', { endpoint }, language, anything)
}
