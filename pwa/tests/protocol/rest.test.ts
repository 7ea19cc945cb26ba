import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Refused, Rest, Unreachable } from '@/protocol/rest'

/** Answers as the server (or somebody in between) gives them, and what was asked. */
const asked: { address: string; request: RequestInit }[] = []
let answer: () => Promise<Response> = () => Promise.reject(new TypeError('no network'))
let loggedOut = 0
let heard: number[] = []
const rest = new Rest({ language: () => 'en', loggedOut: () => (loggedOut += 1), serverTime: (ms) => heard.push(ms) })

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): (() => Promise<Response>) =>
  () => Promise.resolve(new Response(JSON.stringify(body), { status, headers }))
const refusal = { onsite: 'error', number: 4220, code: 'invalid', message: 'Something needs correcting', fields: { reason: ['Required'] } }

beforeEach(() => {
  asked.length = 0
  loggedOut = 0
  heard = []
  vi.stubGlobal('fetch', (address: string, request: RequestInit) => {
    asked.push({ address, request })
    return answer()
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('a question', () => {
  test('carries the language and leaves out what is empty', async () => {
    answer = json({ items: [] })
    await rest.read('orders', { day: '2026-11-21', q: '', branch: null, exceptions: true, page: 2 })
    expect(asked[0]?.address).toBe('/api/v1/orders?day=2026-11-21&exceptions=1&page=2')
    expect(asked[0]?.request.headers).toMatchObject({ 'Accept-Language': 'en' })
  })

  test('learns the server’s time from the answer', async () => {
    answer = json({}, 200, { Date: 'Sat, 21 Nov 2026 04:00:00 GMT' })
    await rest.read('me')
    expect(heard).toEqual([Date.parse('2026-11-21T04:00:00Z')])
  })
})

describe('a refusal', () => {
  test('names its fields in the person’s language', async () => {
    answer = json(refusal, 422)
    const error = await rest.run('order.cancel', { order_id: 'x' }).catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(Refused)
    expect(error).toMatchObject({ number: 4220, message: 'Something needs correcting', fields: { reason: ['Required'] } })
  })

  test('for want of a session is told to whoever shows the log-in', async () => {
    answer = json({ ...refusal, code: 'session_expired', number: 4012 }, 401)
    await expect(rest.read('me')).rejects.toMatchObject({ needsLogIn: true })
    expect(loggedOut).toBe(1)
  })
})

describe('an answer that is not ours', () => {
  test('is no success, though its status says so', async () => {
    answer = () => Promise.resolve(new Response('<html>Hotel Wi-Fi</html>', { status: 200 }))
    await expect(rest.read('orders')).rejects.toBeInstanceOf(Unreachable)
  })

  test('and no answer at all are the same to a person', async () => {
    answer = () => Promise.reject(new TypeError('Failed to fetch'))
    await expect(rest.read('orders')).rejects.toBeInstanceOf(Unreachable)
  })
})

test('a wish keeps its id, so that the server carries it out once', async () => {
  answer = json({ result: null, position: 7 })
  expect(await rest.run('order.close', { order_id: 'x' }, 'wish-1')).toEqual({ result: null, position: 7 })
  expect(asked[0]?.request.headers).toMatchObject({ 'Idempotency-Key': 'wish-1' })
})

test('an empty answer is nothing, not an error', async () => {
  answer = () => Promise.resolve(new Response(null, { status: 204 }))
  expect(await rest.send('DELETE', 'sessions/current')).toBeNull()
})
