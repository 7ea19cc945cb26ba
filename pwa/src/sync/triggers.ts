/** What the browser says that may mean "there is a network now". None of it is believed: the API is tried. */

import { onNetwork } from './wifi'

const SYNC_TAG = 'onsite-sync'

interface SyncManager {
  register: (tag: string) => Promise<void>
}

/** Asks the browser to wake us when there is a network, where it can (Chromium). */
async function askBackgroundSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker.getRegistration('/app/')
  const manager = (registration as { sync?: SyncManager } | undefined)?.sync
  await manager?.register(SYNC_TAG)
}

/**
 * Calls `wake` at each trigger.
 *
 * @returns how to stop listening.
 */
export function listen(wake: () => void): () => void {
  const visible = (): void => {
    if (document.visibilityState === 'visible') wake()
    else askBackgroundSync().catch((error: unknown) => console.warn('no background sync here', error))
  }
  const message = (event: MessageEvent<{ type?: string } | null>): void => {
    if (event.data?.type === 'SYNC') wake()
  }
  const stop = onNetwork(wake)
  window.addEventListener('online', wake)
  window.addEventListener('pageshow', wake)
  document.addEventListener('visibilitychange', visible)
  navigator.serviceWorker?.addEventListener('message', message)
  return () => {
    stop()
    window.removeEventListener('online', wake)
    window.removeEventListener('pageshow', wake)
    document.removeEventListener('visibilitychange', visible)
    navigator.serviceWorker?.removeEventListener('message', message)
  }
}
