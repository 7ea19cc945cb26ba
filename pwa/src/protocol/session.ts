/**
 * Who works on this device. The session itself is a cookie that no script can read; what is remembered here is what
 * an app that starts without a network must know: whose journal to open, and how to number its documents.
 */
import { deviceIdOf, knowDeviceId, newDeviceIdOf } from './device'
import { isObject } from './json'
import { readAnswer, type Reading } from './envelope'

export interface Person {
  id: string
  name_zh: string
  name_en: string | null
  language: string | null
}

/** What the server says of whoever is logged in. */
export interface Me {
  person: Person
  roles: string[]
  permissions: string[]
  demo: boolean
}

export interface Device {
  id: string
  /** Short name: the first part of provisional numbers. */
  code: string
}

export interface Remembered {
  person: Person
  roles: string[]
  device: Device | null
}

const KEY = 'onsite.session'
const TOKEN = 'onsite.field_token'
/** Where the technician's app keeps the person once more. */
export const PERSON_DATABASE = 'onsite-person'

/**
 * How the technician's app proves who it is: by the session's cookie; or, when a demo shows desk and phone side by side
 * in one browser, by a token of its own that lives as long as the tab.
 */
export function authorization(): Record<string, string> {
  const token = location.pathname.startsWith('/app') ? sessionStorage.getItem(TOKEN) : null
  return token === null ? {} : { Authorization: `Bearer ${token}` }
}

/** Whether this tab is a phone beside the desk, with a token of its own. */
export function beside(): boolean {
  return sessionStorage.getItem(TOKEN) !== null
}

/** The technician's own shelf: a tab with its own token remembers its own person. */
function shelf(): Storage {
  return beside() ? sessionStorage : localStorage
}

function isPerson(value: unknown): value is Person {
  return isObject(value) && typeof value['id'] === 'string' && typeof value['name_zh'] === 'string'
}

function isDevice(value: unknown): value is Device {
  return isObject(value) && typeof value['id'] === 'string' && typeof value['code'] === 'string'
}

function isMe(value: unknown): value is Me {
  return isObject(value) && isPerson(value['person']) && Array.isArray(value['roles']) && Array.isArray(value['permissions'])
}

function isSession(value: unknown): value is { token: string } {
  return isObject(value) && typeof value['token'] === 'string'
}

/** Asks the server as whoever works on this device. */
export async function ask<T>(
  method: string,
  path: string,
  body: unknown,
  language: string,
  known: (body: unknown) => body is T,
  credentials: RequestCredentials = 'same-origin',
): Promise<Reading<T>> {
  const answer = await fetch(`/api/v1/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', 'Accept-Language': language, ...authorization() },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials,
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
export function whoAmI(language: string): Promise<Reading<Me>> {
  return ask('GET', 'me', undefined, language, isMe)
}

/**
 * Opens a session and remembers the person.
 *
 * @param language for the server's messages
 * @throws TypeError when nobody answers
 */
export async function logIn(login: string, password: string, language: string): Promise<Reading<Me>> {
  const opened = await ask('POST', 'sessions', { login, password }, language, isSession)
  if (opened.from === 'stranger' || !opened.ok) return opened
  const me = await whoAmI(language)
  if (me.from === 'server' && me.ok) remember(me.body)
  return me
}

/**
 * Opens a second session for a phone beside the desk in this tab: without a cookie, which stays the desk's.
 * The technician's app of this tab then works with it.
 */
export async function logInBeside(login: string, password: string, language: string): Promise<Reading<{ token: string }>> {
  const opened = await ask('POST', 'sessions', { login, password }, language, isSession, 'omit')
  if (opened.from === 'server' && opened.ok) {
    sessionStorage.setItem(TOKEN, opened.body.token)
    sessionStorage.removeItem(KEY)
  }
  return opened
}

/** Who the token of this tab belongs to: the start page could hand over the token alone. Nothing without one. */
export async function recognised(language: string): Promise<Remembered | undefined> {
  if (sessionStorage.getItem(TOKEN) === null) return undefined
  const me = await whoAmI(language)
  if (me.from === 'server' && me.ok) remember(me.body)
  return remembered()
}

/** Ends the phone beside the desk. */
export function leaveBeside(): void {
  sessionStorage.removeItem(TOKEN)
  sessionStorage.removeItem(KEY)
}

/** The device was taken from this person, or the installation begins anew with other people. */
const NO_MORE = new Set(['device_revoked', 'id_reused'])

/**
 * Names this device to the server and binds the session to it: the same one at each log-in of a person here. One that was
 * revoked is not taken again; whoever can log in gets another, so that what they still have can be handed in.
 *
 * @param about name for people, platform and version of the app
 */
export async function registerDevice(
  about: { name: string; platform: string; app: string },
  language: string,
): Promise<Reading<Device>> {
  const before = remembered()
  if (before === undefined) return ask('POST', 'devices', about, language, isDevice)
  const name = (device_id: string): Promise<Reading<Device>> => ask('POST', 'devices', { ...about, device_id }, language, isDevice)
  let device = await name(deviceIdOf(before.person.id))
  if (device.from === 'server' && !device.ok && NO_MORE.has(device.error.code)) device = await name(newDeviceIdOf(before.person.id))
  if (device.from === 'server' && device.ok) keep({ ...before, device: device.body })
  return device
}

/** Tells the server the public half of this device's key: an uncompressed point of P-256, in hexadecimal. */
export function addDeviceKey(device_id: string, public_key: string): Promise<Reading<Record<string, unknown>>> {
  return ask('POST', 'commands/device.add_key', { device_id, public_key }, 'zh-CN', isObject)
}

interface Keys {
  sealing: string
}

function isKeys(value: unknown): value is Keys {
  return isObject(value) && typeof value['sealing'] === 'string'
}

/** The key to which phones close what only the installation may open: an uncompressed point, in hexadecimal. */
export function readSealingKey(): Promise<Reading<Keys>> {
  return ask('GET', 'report-key', undefined, 'zh-CN', isKeys)
}

export interface LinkMade {
  id: string
  token: string
}

function isMade(value: unknown): value is { result: LinkMade } {
  return isObject(value) && isObject(value['result']) && typeof value['result']['token'] === 'string'
}

/** Makes a link to a report that is on the server: to read it, or to sign it on another device. */
export function shareReport(report_id: string, purpose: 'read_report' | 'sign_report', language: string): Promise<Reading<{ result: LinkMade }>> {
  return ask('POST', 'commands/report.share', { report_id, purpose }, language, isMade)
}

/** Closes the session. The caller has made sure that nothing unsent is forgotten. */
export async function logOut(language: string): Promise<void> {
  const closed = (body: unknown): body is unknown => body !== undefined
  await ask('DELETE', 'sessions/current', undefined, language, closed)
  shelf().removeItem(KEY)
  indexedDB.deleteDatabase(PERSON_DATABASE)
}

function keep(session: Remembered): void {
  shelf().setItem(KEY, JSON.stringify(session))
}

/** Remembers who works in the field here; the device stays theirs when the same person comes again. */
export function remember({ person, roles }: Pick<Me, 'person' | 'roles'>): void {
  if (!roles.includes('engineer')) return // a desk works online; it must not take a technician's place
  const before = remembered()
  keep({ person, roles, device: before?.person.id === person.id ? before.device : null })
}

/** Who worked here last: enough to open the app without a network. */
export function remembered(): Remembered | undefined {
  const stored = shelf().getItem(KEY)
  if (stored === null) return undefined
  return understood(JSON.parse(stored))
}

function understood(value: unknown): Remembered | undefined {
  if (!isObject(value) || !isPerson(value['person']) || !Array.isArray(value['roles'])) return undefined
  const { person, roles, device } = value
  return { person, roles: roles as string[], device: isDevice(device) ? device : null }
}

/** Remembers again who was kept elsewhere, with the device's id; nothing if that is no session. */
export function putBack(value: unknown): Remembered | undefined {
  const session = understood(value)
  if (session === undefined) return undefined
  if (session.device !== null) knowDeviceId(session.person.id, session.device.id)
  keep(session)
  return session
}

/** What the start page shows before anybody has logged in. */
export interface DemoPerson {
  role: string
  login: string
  password: string
  name_zh: string
  name_en: string | null
}

export interface Demo {
  people: DemoPerson[]
  reset: { state: 'idle' | 'running' | 'failed'; done: number; of: number }
}

export interface Setup {
  demo: boolean
  needs_admin: boolean
}

function isSetup(value: unknown): value is Setup {
  return isObject(value) && typeof value['demo'] === 'boolean' && typeof value['needs_admin'] === 'boolean'
}

function isDemo(value: unknown): value is Demo {
  return isObject(value) && Array.isArray(value['people']) && isObject(value['reset'])
}

/** Whether this installation has demo data, and whether it has its first administrator. */
export function readSetup(language: string): Promise<Reading<Setup>> {
  return ask('GET', 'setup', undefined, language, isSetup)
}

/** The people of the demo company; only an installation with demo data has them. */
export function readDemo(language: string): Promise<Reading<Demo>> {
  return ask('GET', 'demo', undefined, language, isDemo)
}

/** The label on one of the demo company's machines: where its code leads, and its picture as SVG. */
export interface DemoLabel {
  path: string
  picture: string
}

const isLabel = (value: unknown): value is DemoLabel => isObject(value) && typeof value['path'] === 'string' && typeof value['picture'] === 'string'

export function readDemoLabel(language: string): Promise<Reading<DemoLabel>> {
  return ask('GET', 'demo/label', undefined, language, isLabel)
}

/** What customers' phones would show: the demo sends nothing. */
export interface DemoMessages {
  items: { phone: string; text: string }[]
}

const isMessages = (value: unknown): value is DemoMessages => isObject(value) && Array.isArray(value['items'])

export function readDemoMessages(language: string): Promise<Reading<DemoMessages>> {
  return ask('GET', 'demo/messages', undefined, language, isMessages)
}

/** Puts the demo company back as it was on the first day; `readDemo` tells how far it is. */
export function resetDemo(language: string): Promise<Reading<Record<string, unknown>>> {
  return ask('POST', 'demo/reset', {}, language, isObject)
}

/** The first administrator, by the one-time link that the start of the server printed. Opens the session. */
export async function makeAdmin(
  admin: { token: string; login: string; password: string; name_zh: string; name_en: string | null },
  language: string,
): Promise<Reading<Me>> {
  const made = await ask('POST', 'setup', admin, language, isObject)
  if (made.from === 'stranger' || !made.ok) return made
  const me = await whoAmI(language)
  if (me.from === 'server' && me.ok) remember(me.body)
  return me
}
