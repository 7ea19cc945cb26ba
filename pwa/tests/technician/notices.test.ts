import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import Notices from '@/technician/me/Notices.vue'
import { beginDay, type Day } from '../support/day'
import { show, type Shown } from '../support/screen'

let day: Day
let shown: Shown
let arrive: (registration: unknown) => void

beforeEach(async () => {
  day = await beginDay()
  day.server.weather = () => 'lost'
  const ready = new Promise((resolve) => (arrive = resolve))
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('lost')))
  vi.stubGlobal('PushManager', class {})
  vi.stubGlobal('Notification', { permission: 'default' })
  Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: Object.assign(new EventTarget(), { ready }) })
  vi.useFakeTimers({ toFake: ['setTimeout'] }) // ten seconds pass at once
})
afterEach(async () => {
  vi.useRealTimers()
  shown.app.unmount()
  vi.unstubAllGlobals()
  Reflect.deleteProperty(navigator, 'serviceWorker')
  await day.end()
})

test('a phone still fetching the app over a slow network is offered notifications when it has it', async () => {
  shown = await show(Notices, {}, day.field)
  await vi.advanceTimersByTimeAsync(11_000)
  expect(shown.text()).toContain("This browser can't notify you")
  arrive({ pushManager: { getSubscription: () => Promise.resolve(null) } })
  await expect.poll(() => shown.text()).toContain('Allow notifications')
})
