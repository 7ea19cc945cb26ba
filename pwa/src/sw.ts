/// <reference lib="webworker" />
/**
 * The technician's service worker (scope /app/): keeps the shell, so the app starts without a network.
 *
 * It holds no data and sends none: the API is never cached, and sending is the page's work. What it does send is that a
 * message is shown: *delivered* means that the phone says so.
 * A new version waits until the page says so (SKIP_WAITING): never in the middle of a form.
 */
import { clientsClaim } from 'workbox-core'
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { acknowledge, tellAddress } from './protocol/worker'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] }

/** Background Sync as Chromium has it; Safari, Firefox and WebView have none. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string
  readonly lastChance: boolean
}

const SYNC_TAG = 'onsite-sync'

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/app/'), { allowlist: [/^\/app(\/|$)/] }))
clientsClaim() // the first start counts: without it a phone taken offline at once has no shell

self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})

/** Asks the open pages to sync. Without an open page the journal waits: a page sends at its start. */
async function askPagesToSync(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' })
  for (const page of pages) page.postMessage({ type: 'SYNC' })
}

self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent
  if (sync.tag === SYNC_TAG) sync.waitUntil(askPagesToSync())
})

/** What the server pushes: the declarative form, so that iOS shows it even without this code. */
interface Notice {
  title: string
  body: string
  lang?: string
  data?: { id?: string; path?: string }
}

/** Something was pushed, and nobody can read it: it is shown all the same, or browsers take the permission away. */
const UNREADABLE: Notice = { title: '现场 Onsite', body: '有新消息，请打开应用查看。\nThere is news: please open the app.' }
const HOME = '/app/'

function noticeOf(data: PushMessageData | null): Notice {
  try {
    const { notification } = data?.json() as { notification?: Partial<Notice> }
    return typeof notification?.title === 'string' ? { ...UNREADABLE, ...notification } : UNREADABLE
  } catch {
    return UNREADABLE
  }
}

/** Shows it, then says so. A repeat of the same message takes the place of the first. */
async function show({ title, body, lang, data }: Notice): Promise<void> {
  const look = { body, data, icon: '/icons/icon-192.png', badge: '/icons/icon-192.png', ...(lang === undefined ? {} : { lang }) }
  await self.registration.showNotification(title, data?.id === undefined ? look : { ...look, tag: data.id })
  if (data?.id !== undefined) await acknowledge(data.id)
}

self.addEventListener('push', (event) => {
  event.waitUntil(Promise.allSettled([show(noticeOf(event.data)), askPagesToSync()]))
})

/** Into the app that is open, else into a new one: its shell is here, so this works without a network. */
async function open(path: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' })
  const page = pages.find(({ url }) => new URL(url).pathname.startsWith(HOME))
  if (page === undefined) {
    await self.clients.openWindow(path)
    return
  }
  page.postMessage({ type: 'OPEN', path })
  await page.focus()
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { path } = (event.notification.data ?? {}) as { path?: unknown }
  event.waitUntil(open(typeof path === 'string' && path.startsWith(HOME) ? path : HOME))
})

/** The browser changed its address at the push service; without telling, nobody would hear of anything again. */
async function subscribeAnew(old: PushSubscription | null): Promise<void> {
  const key = old?.options.applicationServerKey
  if (key === null || key === undefined) return
  const made = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  await tellAddress(made.toJSON())
}

self.addEventListener('pushsubscriptionchange', (event) => {
  const { oldSubscription } = event as ExtendableEvent & { oldSubscription?: PushSubscription | null }
  ;(event as ExtendableEvent).waitUntil(subscribeAnew(oldSubscription ?? null))
})
