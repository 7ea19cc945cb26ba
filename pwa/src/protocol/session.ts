/**
 * Who works on this device. The session itself is a cookie that no script can read; what is remembered here is what
 * an app that starts without a network must know: whose journal to open, and how to number its documents.
 */
import { isObject } from './json'
import { readAnswer, type Reading } from './envelope'

export interface Person {
  id: string
  name_zh: string
  name_en: string | null
  roles: string[]
  language: string | null
}

export interface Device {
  id: string
  /** Short name: the first part of provisional numbers. */
  code: string
}

export interface Remembered {
  person: Person
  device: Device | null
}

const KEY = 'onsite.session'

function isPerson(value: unknown): value is Person {
  return isObject(value) && typeof value['id'] === 'string' && Array.isArray(value['roles'])
}

function isDevice(value: unknown): value is Device {
  return isObject(value) && typeof value['id'] === 'string' && typeof value['code'] === 'string'
}

function isMe(value: unknown): value is { person: Person } {
  return isObject(value) && isPerson(value['person'])
}

function isSession(value: unknown): value is { token: string } {
  return isObject(value) && typeof value['token'] === 'string'
}

async function ask<T>(
  method: string,
  path: string,
  body: unknown,
  language: string,
  known: (body: unknown) => body is T,
): Promise<Reading<T>> {
  const answer = await fetch(`/api/v1/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', 'Accept-Language': language },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: 'same-origin',
    cache: 'no-store',
  })
  const text = await answer.text()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { from: 'stranger', status: answer.status } // not JSON: a captive portal, a proxy
  }
  return readAnswer(answer.status, parsed, known)
}

/** Who is logged in, as the server says. */
export function whoAmI(language: string): Promise<Reading<{ person: Person }>> {
  return ask('GET', 'me', undefined, language, isMe)
}

/**
 * Opens a session and remembers the person.
 *
 * @param language for the server's messages
 * @throws TypeError when nobody answers
 */
export async function logIn(login: string, password: string, language: string): Promise<Reading<{ person: Person }>> {
  const opened = await ask('POST', 'sessions', { login, password }, language, isSession)
  if (opened.from === 'stranger' || !opened.ok) return opened
  const me = await whoAmI(language)
  if (me.from === 'server' && me.ok) remember(me.body.person)
  return me
}

/** Names this device to the server; needed once per person and device. */
export async function registerDevice(name: string, language: string): Promise<Reading<Device>> {
  const device = await ask('POST', 'devices', { name }, language, isDevice)
  const before = remembered()
  if (device.from === 'server' && device.ok && before !== undefined) keep({ ...before, device: device.body })
  return device
}

/** Closes the session. The caller has made sure that nothing unsent is forgotten. */
export async function logOut(language: string): Promise<void> {
  const closed = (body: unknown): body is unknown => body !== undefined
  await ask('DELETE', 'sessions/current', undefined, language, closed)
  localStorage.removeItem(KEY)
}

function keep(session: Remembered): void {
  localStorage.setItem(KEY, JSON.stringify(session))
}

/** Remembers a person; the device stays theirs when the same person comes again. */
export function remember(person: Person): void {
  const before = remembered()
  keep({ person, device: before?.person.id === person.id ? before.device : null })
}

/** Who worked here last: enough to open the app without a network. */
export function remembered(): Remembered | undefined {
  const stored = localStorage.getItem(KEY)
  if (stored === null) return undefined
  const value: unknown = JSON.parse(stored)
  if (!isObject(value) || !isPerson(value['person'])) return undefined
  return { person: value['person'], device: isDevice(value['device']) ? value['device'] : null }
}
