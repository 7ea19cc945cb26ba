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
  const reload = watchHandover(waiting)
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
      if (registration.waiting === null) return location.reload() // another tab has handed over already
      reload.asked = true
      registration.waiting.postMessage({ type: 'SKIP_WAITING' })
    },
  }
}

/**
 * Follows who controls the page. Asked for here: reload. Asked for in another tab: this page runs an old version whose
 * lazy parts are gone from the cache; it offers to reload, for it may be in the middle of a form.
 */
function watchHandover(waiting: Ref<boolean>): { asked: boolean } {
  const reload = { asked: false }
  let controlled = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (reload.asked) location.reload()
    else if (controlled) waiting.value = true
    controlled = true // the first worker of all takes over from nobody
  })
  return reload
}
