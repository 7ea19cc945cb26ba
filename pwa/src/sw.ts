/// <reference lib="webworker" />
/**
 * The technician's service worker (scope /app/): keeps the shell, so the app starts without a network.
 *
 * It holds no data and sends none: the API is never cached, and sending is the page's work.
 * A new version waits until the page says so (SKIP_WAITING): never in the middle of a form.
 */
import { clientsClaim } from 'workbox-core'
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

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
