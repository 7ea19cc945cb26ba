/** Notifications of this browser: asked for by a tap only, and kept in step with whoever is logged in. */
import { forgetSubscription, readNotices, tellSubscription } from '@/protocol/notices'

export type Standing = 'unsupported' | 'denied' | 'off' | 'on'
export type Outcome = 'on' | 'denied' | 'no_service' | 'refused'

/** Without a push service (Google's from mainland China) `subscribe()` may never answer. */
const LIMIT_MS = 10_000

export function canNotify(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
}

/** The first start may still be registering its service worker. */
async function manager(): Promise<PushManager | undefined> {
  return (await within(navigator.serviceWorker.ready, LIMIT_MS).catch(() => undefined))?.pushManager
}

export async function standing(): Promise<Standing> {
  const push = canNotify() ? await manager() : undefined
  if (push === undefined) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return (await push.getSubscription()) === null ? 'off' : 'on'
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return Promise.race([promise, new Promise<T>((_, reject) => setTimeout(() => reject(new Error('no answer')), ms))])
}

export function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(key.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
}

/** Whether a subscription was made with this key: the installation may have got another one. */
function isOf(subscription: PushSubscription, key: Uint8Array): boolean {
  const own = subscription.options.applicationServerKey
  return own === null || new Uint8Array(own).every((byte, at) => byte === key[at])
}

async function subscribed(push: PushManager, key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const present = await push.getSubscription()
  if (present !== null && isOf(present, key)) return present
  await present?.unsubscribe()
  return within(push.subscribe({ userVisibleOnly: true, applicationServerKey: key }), LIMIT_MS)
}

/** Switches on; call it from a tap, because it may ask for the permission. Raises when nobody answers. */
export async function switchOn(key: string, language: string): Promise<Outcome> {
  // Firefox takes the question for a tap's only, even where the answer is known.
  if (Notification.permission !== 'granted' && (await Notification.requestPermission()) !== 'granted') return 'denied'
  const push = await manager()
  if (push === undefined) return 'no_service'
  let subscription: PushSubscription
  try {
    subscription = await subscribed(push, bytesOf(key))
  } catch (error) {
    console.warn('the push service did not take us', error)
    return 'no_service'
  }
  const told = await tellSubscription(subscription.toJSON(), language)
  if (told.from === 'server' && told.ok) return 'on'
  await subscription.unsubscribe() // nobody would ever push to it
  return 'refused'
}

export async function switchOff(language: string): Promise<void> {
  const subscription = await (await manager())?.getSubscription()
  if (subscription === null || subscription === undefined) return
  await subscription.unsubscribe()
  await forgetSubscription(subscription.endpoint, language)
}

/** After each log-in: the server pushes to a browser for as long as the log-in lasts in which it was told of it. */
export async function renew(language: string): Promise<void> {
  if ((await standing()) !== 'on' || Notification.permission !== 'granted') return
  const own = await readNotices(language)
  if (own.from === 'server' && own.ok) await switchOn(own.body.push_key, language)
}
