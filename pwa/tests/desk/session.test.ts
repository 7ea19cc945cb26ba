import { afterEach, expect, test, vi } from 'vitest'
import { ref } from 'vue'
import { createDesk, type Desk } from '@/desk/session'

const ME = { person: { id: 'p', login: 'dispatcher', language: 'en' }, roles: ['dispatcher'], permissions: [], company: null, demo: false }
const NO_SESSION = { onsite: 'error', number: 4012, code: 'session_expired', message: 'Please log in again', fields: {} }

let loggedIn = true

function answer(path: string): [number, unknown] {
  if (path.endsWith('/sessions')) loggedIn = true
  if (!loggedIn) return [401, NO_SESSION]
  if (path.endsWith('/me')) return [200, ME]
  return [200, { position: 7, checkpoint: 'c', items: [], reset: false }]
}

function open(): Desk {
  loggedIn = true
  vi.stubGlobal('fetch', (path: string) => {
    const [status, body] = answer(path)
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  })
  return createDesk(() => 'en', ref({ zone: 'Asia/Shanghai', currency: 'CNY' }))
}

afterEach(() => vi.unstubAllGlobals())

test('a session that ended asks to log in again, and says nothing of an unreachable server', async () => {
  const desk = open()
  await desk.enter()
  await expect.poll(() => desk.live.value.state).toBe('live')
  loggedIn = false
  desk.wake()
  await expect.poll(() => desk.expired.value).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([desk.live.value.state, desk.door.value]).toEqual(['live', 'in']) // the screen stays as it was, beneath the log-in
})

test('after the new log-in the same screen asks again for what was refused', async () => {
  const desk = open()
  await desk.enter()
  await expect.poll(() => desk.live.value.state).toBe('live')
  loggedIn = false
  await expect(desk.rest.read('orders')).rejects.toThrow()
  const told: unknown[] = []
  desk.listen((news) => told.push(news))
  await desk.logIn('dispatcher', 'x')
  expect([desk.expired.value, told]).toEqual([false, ['everything']])
})
