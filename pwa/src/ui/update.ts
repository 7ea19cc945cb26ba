import { ref, type Ref } from 'vue'

/**
 * The app's own versions: a new one is fetched, waits, and is offered; the person says when.
 * Never in the middle of a form: nothing here takes over by itself.
 */
export interface AppUpdate {
  /** A newer version is ready and waits. */
  waiting: Readonly<Ref<boolean>>
  /** Hands over to the new version and reloads the page. */
  activate: () => void
  /** Asks the server for a newer version: cheap, for a page that stays open all day. */
  look: () => Promise<void>
}

const CHECK_EVERY_MS = 60 * 60 * 1000

function follow(registration: ServiceWorkerRegistration, waiting: Ref<boolean>): void {
  const tell = (): void => {
    // The first install has nobody to take over from: that is no update.
    waiting.value = registration.waiting !== null && navigator.serviceWorker.controller !== null
  }
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', tell))
  tell()
}

/**
 * Registers the service worker of the technician's app.
 *
 * @returns nothing where a browser has no service workers (WeChat on iOS, plain HTTP): the app then works online only.
 */
export async function registerApp(): Promise<AppUpdate | undefined> {
  if (!('serviceWorker' in navigator)) return undefined
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/app/', updateViaCache: 'none' })
  const waiting = ref(false)
  follow(registration, waiting)
  let asked = false
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload()
  })
  const look = async (): Promise<void> => {
    try {
      await registration.update()
    } catch (error) {
      console.warn('no newer version could be looked for', error) // offline: the next look will do
    }
  }
  setInterval(() => void look(), CHECK_EVERY_MS)
  return {
    waiting,
    look,
    activate: () => {
      asked = true
      registration.waiting?.postMessage({ type: 'SKIP_WAITING' })
    },
  }
}
