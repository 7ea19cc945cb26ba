import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { registerApp } from '@/ui/update'

/** A service worker container and its registration, as a browser behaves. */
class Workers extends EventTarget {
  controller: object | null = null
  messages: unknown[] = []
  registration = Object.assign(new EventTarget(), {
    waiting: null as { postMessage: (message: unknown) => void } | null,
    installing: null as (EventTarget & { state?: string }) | null,
    update: () => Promise.resolve(),
  })

  register(): Promise<object> {
    return Promise.resolve(this.registration)
  }

  /** A newer version was found and is installed: it waits. */
  find(): void {
    const worker = new EventTarget()
    this.registration.installing = worker
    this.registration.dispatchEvent(new Event('updatefound'))
    this.registration.waiting = { postMessage: (message) => this.messages.push(message) }
    worker.dispatchEvent(new Event('statechange'))
  }

  handOver(): void {
    this.controller = {}
    this.registration.waiting = null
    this.dispatchEvent(new Event('controllerchange'))
  }
}

let workers: Workers
let reloads: number

beforeEach(() => {
  workers = new Workers()
  reloads = 0
  vi.useFakeTimers() // the hourly look
  vi.stubGlobal('navigator', { serviceWorker: workers })
  vi.stubGlobal('location', { reload: () => (reloads += 1) })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the app', () => {
  test('installed for the first time is no update', async () => {
    const app = await registerApp()
    workers.handOver()
    expect([app?.waiting.value, reloads]).toEqual([false, 0])
  })

  test('offers a new version and takes it only when the person says so', async () => {
    workers.controller = {}
    const app = await registerApp()
    workers.find()
    expect([app?.waiting.value, workers.messages, reloads]).toEqual([true, [], 0])
    app?.activate()
    expect(workers.messages).toEqual([{ type: 'SKIP_WAITING' }])
    workers.handOver()
    expect(reloads).toBe(1)
  })

  test('whose new version was taken in another tab offers to reload, and waits', async () => {
    workers.controller = {}
    const app = await registerApp()
    workers.handOver()
    expect([app?.waiting.value, reloads]).toEqual([true, 0])
    app?.activate()
    expect(reloads).toBe(1)
  })

  test('works without service workers', async () => {
    vi.stubGlobal('navigator', {})
    expect(await registerApp()).toBeUndefined()
  })
})
