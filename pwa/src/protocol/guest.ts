/** What customers do without an account: report a fault, follow it. No session; a link is the right. */
import { readAnswer, type Reading } from './envelope'
import { isObject, parsed } from './json'

export interface GuestCompany {
  name_zh: string
  name_en: string | null
  phone: string | null
  timezone: string
  currency: string
  privacy_zh: string | null
  privacy_en: string | null
}

export interface Machine {
  serial: string
  model_code: string
  model_name_zh: string
  model_name_en: string | null
}

export interface FaultFormAnswer {
  company: GuestCompany
  unit: Machine | null
  /** How many photos a report may have. */
  photos: number
}

/** A fault as it is sent; the id is this device's, so that a repeat is known. */
export interface Fault {
  report_id: string
  phone: string
  symptom: string
  contact_name: string | null
  address: string | null
  serial: string | null
  urgent: boolean
  channel: 'web' | 'wechat'
  label: string | null
  /** Hidden from people: whoever fills it in is a program. */
  website: string
  work: string | null
}

export interface Receipt {
  token: string
  number: string
}

/** What the customer asked for, and what came of it. */
export interface CaseWish {
  id: string
  kind: WishKind
  text: string | null
  status: 'open' | 'agreed' | 'declined'
  reply: string | null
  asked_at: string
}

export type WishKind = 'change' | 'cancel' | 'object'

export interface GuestCase {
  company: GuestCompany
  number: string
  order_number: string | null
  stage: string
  symptom: string
  received_at: string
  unit: Machine | null
  photos: number
  window_start: string | null
  window_end: string | null
  technician: { name_zh: string; name_en: string | null; phone: string | null; badge: string | null } | null
  /** When the technician arrives who has said that they are late. */
  late_until: string | null
  wishes: CaseWish[]
  /** What may be asked for just now. */
  may: WishKind[]
  /** A number is known by which they are told. */
  reached: boolean
  report: { number: string; status: string } | null
}

const LIMIT_MS = 30_000
const PHOTO_LIMIT_MS = 120_000
const ROOT = '/api/v1/guest'

/** A limit in time by hand: `AbortSignal.timeout` is younger than phones that customers still use. */
export async function ask<T>(
  path: string, init: RequestInit, language: string, known: (body: unknown) => body is T, limit = LIMIT_MS,
): Promise<Reading<T>> {
  const given = new AbortController()
  const timer = setTimeout(() => given.abort(), limit)
  try {
    const headers = { ...init.headers, 'Accept-Language': language }
    const answer = await fetch(`${ROOT}/${path}`, { ...init, headers, cache: 'no-store', signal: given.signal })
    return readAnswer(answer.status, parsed(await answer.text()), known)
  } finally {
    clearTimeout(timer)
  }
}

export const has = (body: unknown, ...names: string[]): boolean => isObject(body) && names.every((name) => name in body)
const isForm = (body: unknown): body is FaultFormAnswer => has(body, 'company', 'unit', 'photos')
const isReceipt = (body: unknown): body is Receipt => has(body, 'token', 'number')
const isCase = (body: unknown): body is GuestCase => has(body, 'company', 'number', 'stage')
const isAsked = (body: unknown): body is { status: string } => has(body, 'status')
const isToken = (body: unknown): body is { token: string } => has(body, 'token')
const isKept = (body: unknown): body is { sha256: string } => has(body, 'sha256')

/**
 * Who a fault is reported to, and the machine whose label was scanned.
 *
 * @throws an Error when nobody answers, like all of these
 */
export function readFaultForm(label: string | null, language: string): Promise<Reading<FaultFormAnswer>> {
  const query = label === null ? '' : `?label=${encodeURIComponent(label)}`
  return ask(`form${query}`, {}, language, isForm)
}

/** Sends a fault; the same report again is answered by the same link. */
export function sendFault(fault: Fault, language: string): Promise<Reading<Receipt>> {
  const headers = { 'Content-Type': 'application/json' }
  return ask('reports', { method: 'POST', headers, body: JSON.stringify(fault) }, language, isReceipt)
}

/** How far it is with what a link follows. */
export function readCase(token: string, language: string): Promise<Reading<GuestCase>> {
  return ask(`cases/${encodeURIComponent(token)}`, {}, language, isCase)
}

/** Adds a photo to what was reported; the same one again is no matter. */
export function sendFaultPhoto(token: string, bytes: ArrayBuffer, language: string): Promise<Reading<{ sha256: string }>> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes }
  return ask(`cases/${encodeURIComponent(token)}/photos`, init, language, isKept, PHOTO_LIMIT_MS)
}

export function post(path: string, body: object): [string, RequestInit] {
  return [path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }]
}

/** Asks for another time, for no visit, or says that something is wrong; the same wish again is one. */
export function sendWish(
  token: string, wish: { wish_id: string; kind: WishKind; text: string | null }, language: string,
): Promise<Reading<{ status: string }>> {
  return ask(...post(`cases/${encodeURIComponent(token)}/wishes`, wish), language, isAsked)
}

/** A link of its own to the report of a case. */
export function openReport(token: string, language: string): Promise<Reading<{ token: string }>> {
  return ask(...post(`cases/${encodeURIComponent(token)}/report`, {}), language, isToken)
}

/** What is a phone's own, for whoever has the code that was sent there. */
export interface OwnAnswer {
  company: GuestCompany
  phone: string
  units: Machine[]
  cases: { number: string; stage: string; symptom: string; received_at: string; report: string | null; token: string }[]
  /** What became of the wish to be forgotten; null where there was none. */
  erasure: 'open' | 'agreed' | 'declined' | null
}

const isOwn = (body: unknown): body is OwnAnswer => has(body, 'company', 'units', 'cases')

/** Sends a code to a phone; the answer is the same whether the phone is known or not. */
export function askCode(phone: string, language: string): Promise<Reading<{ status: string }>> {
  return ask(...post('codes', { phone }), language, isAsked)
}

/** Opens what is a phone's own; the token lasts for half an hour. */
export function openOwn(phone: string, code: string, language: string): Promise<Reading<{ token: string }>> {
  return ask(...post('own', { phone, code }), language, isToken)
}

export function readOwn(token: string, language: string): Promise<Reading<OwnAnswer>> {
  return ask(`own/${encodeURIComponent(token)}`, {}, language, isOwn)
}

export function askErasure(token: string, language: string): Promise<Reading<{ status: string }>> {
  return ask(...post(`own/${encodeURIComponent(token)}/erasure`, {}), language, isAsked)
}
