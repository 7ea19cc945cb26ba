import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { logIn, logOut, registerDevice, remembered } from '@/protocol/session'

const ABOUT = { name: 'Android · Chrome', platform: 'test', app: '0' }

interface Server {
  /** Device ids by person, in the order in which they were named. */
  named: Record<string, string[]>
  revoked: Set<string>
}

let server: Server
let who = ''

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status })
}

function refused(code: string): Response {
  return answer(409, { onsite: 'error', number: 4090, code, message: code, fields: {} })
}

function nameDevice(id: string): Response {
  const others = Object.entries(server.named).filter(([person]) => person !== who)
  if (others.some(([, ids]) => ids.includes(id))) return refused('id_reused')
  if (server.revoked.has(id)) return refused('device_revoked')
  ;(server.named[who] ??= []).push(id)
  return answer(200, { id, code: 'A7' })
}

function serve(path: string, init: RequestInit): Response {
  const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, string>) : {}
  if (path.endsWith('/devices')) return nameDevice(String(body['device_id']))
  if (path.endsWith('/sessions')) who = String(body['login'])
  if (path.endsWith('/me')) return answer(200, { person: { id: who, name_zh: who, name_en: null, language: null }, roles: ['engineer'], permissions: [], demo: false })
  return answer(200, { token: 't' })
}

async function enter(person: string): Promise<string | undefined> {
  await logIn(person, 'x', 'en')
  await registerDevice(ABOUT, 'en')
  return remembered()?.device?.id
}

beforeEach(() => {
  localStorage.clear()
  server = { named: {}, revoked: new Set() }
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => Promise.resolve(serve(path, init)))
})
afterEach(() => vi.unstubAllGlobals())

test('a phone stays one device over the log-ins of a person', async () => {
  const first = await enter('wang')
  await logOut('en')
  expect(await enter('wang')).toBe(first)
  expect(server.named).toEqual({ wang: [first, first] })
})

test('a phone that two people use in turn is one device for each of them', async () => {
  const wang = await enter('wang')
  await logOut('en')
  const li = await enter('li')
  await logOut('en')
  expect([await enter('wang'), li === wang]).toEqual([wang, false])
})

test('a lost answer makes no second device', async () => {
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const said = serve(path, init)
    return path.endsWith('/devices') ? Promise.reject(new TypeError('lost')) : Promise.resolve(said)
  })
  await expect(enter('wang')).rejects.toThrow('lost')
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => Promise.resolve(serve(path, init)))
  const after = await enter('wang')
  expect(server.named).toEqual({ wang: [after, after] })
})

test('a revoked device is not taken again: the person gets another, to hand in what is left', async () => {
  const first = await enter('wang')
  server.revoked.add(first as string)
  const second = await enter('wang')
  expect(second).not.toBe(first)
  expect(await enter('wang')).toBe(second)
})
