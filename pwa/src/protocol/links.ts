/** The customer's link: a report and its photos, for whoever has the address. No session. */
import { readAnswer, type Reading } from './envelope'
import { isObject, parsed } from './json'

export interface LinkReport {
  /** The sealed content, as it was presented. */
  content: unknown
  /** SHA-256 of the canonical content, in hexadecimal. */
  hash: string
  number: string | null
  provisional_number: string
  status: string
  presented_at: string
  round: number
}

export interface LinkSignature {
  /** A data URL of a PNG picture. */
  image: string
  signer_name: string
  signer_title: string | null
  signed_at: string
  rating: number | null
  comment: string | null
  /** The hash that was signed. */
  report_hash: string
}

export interface LinkAnswer {
  report: LinkReport
  signature: LinkSignature | null
  company: { name_zh: string; name_en: string | null; phone: string | null; timezone: string; currency: string }
  /** Of the customer. */
  language: string
  /** The link was made to sign by, and nobody has. */
  signable?: boolean
  /** Fields of the report's page that the server no longer has as they were sealed. */
  altered?: string[]
}

/** What the customer signs with on their own device. */
export interface LinkSigning {
  report_hash: string
  signer_name: string
  signer_title: string | null
  image: string
  strokes: number[][]
  rating: number | null
  comment: string | null
}

const LIMIT_MS = 30_000

function has(value: unknown, ...texts: string[]): value is Record<string, unknown> {
  return isObject(value) && texts.every((name) => typeof value[name] === 'string')
}

function isLinkAnswer(body: unknown): body is LinkAnswer {
  if (!has(body, 'language') || !has(body['company'], 'timezone', 'currency')) return false
  if (!has(body['report'], 'hash', 'provisional_number', 'status', 'presented_at')) return false
  return body['signature'] === null || has(body['signature'], 'image', 'signer_name', 'signed_at', 'report_hash')
}

const addressOf = (token: string): string => `/api/v1/links/${encodeURIComponent(token)}`

/** A limit in time by hand: `AbortSignal.timeout` is younger than phones that customers still use. */
async function within<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), LIMIT_MS)
  try {
    return await run(limit.signal)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Opens a link.
 *
 * @param language for the server's messages
 * @throws an Error (TypeError, AbortError) when nobody answers
 */
export function readLink(token: string, language: string): Promise<Reading<LinkAnswer>> {
  return within(async (signal) => {
    const headers = { 'Accept-Language': language }
    const answer = await fetch(addressOf(token), { headers, cache: 'no-store', signal })
    return readAnswer(answer.status, parsed(await answer.text()), isLinkAnswer)
  })
}

function isSigned(body: unknown): body is { status: string } {
  return has(body, 'status')
}

/**
 * Signs the report of a link that was made for it.
 *
 * @throws an Error when nobody answers
 */
export function signLink(token: string, signing: LinkSigning, language: string): Promise<Reading<{ status: string }>> {
  return within(async (signal) => {
    const headers = { 'Accept-Language': language, 'Content-Type': 'application/json' }
    const answer = await fetch(`${addressOf(token)}/signature`, { method: 'POST', headers, body: JSON.stringify(signing), signal })
    return readAnswer(answer.status, parsed(await answer.text()), isSigned)
  })
}

/**
 * Says what is wrong with the report of a link that was made to sign it.
 *
 * @throws an Error when nobody answers
 */
export function disputeLink(token: string, hash: string, reason: string, language: string): Promise<Reading<{ status: string }>> {
  return within(async (signal) => {
    const headers = { 'Accept-Language': language, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ report_hash: hash, reason })
    const answer = await fetch(`${addressOf(token)}/dispute`, { method: 'POST', headers, body, signal })
    return readAnswer(answer.status, parsed(await answer.text()), isSigned)
  })
}

export interface LinkPhoto {
  picture: Blob
  /** Not the sealed bytes: a copy without notes of place and device, so its fingerprint is another. */
  copy: boolean
}

/**
 * One of the report's photos.
 *
 * @returns null when it has not arrived on the server yet
 * @throws Error when it could not be fetched
 */
export function readLinkPhoto(token: string, sha256: string): Promise<LinkPhoto | null> {
  return within(async (signal) => {
    const answer = await fetch(`${addressOf(token)}/photos/${sha256}`, { signal })
    if (answer.status === 404) return null
    if (!answer.ok) throw new Error(`the photo was answered with ${answer.status}`)
    return { picture: await answer.blob(), copy: answer.headers.get('Onsite-Copy') !== null }
  })
}

/** The address of the printed report. */
export function linkPdf(token: string, language: string): string {
  return `${addressOf(token)}/pdf?language=${language}`
}
