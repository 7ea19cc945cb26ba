/** A printed report, checked by the server: for whoever holds the file. No session. */
import { readAnswer, type Reading } from './envelope'
import { isObject, parsed } from './json'

export interface PaperDifference {
  /** Where: `parts.0.price`; empty for what is no part of the report. */
  field: string
  sealed: string
  found: string
}

export interface PaperFinding {
  genuine: boolean
  /** Signed by this installation. */
  known: boolean
  number: string | null
  provisional_number: string
  /** What was found of the phone's own signature: good, missing, wrong, unknown, revoked; null on older papers. */
  device?: string | null
  /** The work was to go on at another visit. */
  interim?: boolean
  differences: PaperDifference[]
}

function isDifference(value: unknown): value is PaperDifference {
  return isObject(value) && ['field', 'sealed', 'found'].every((name) => typeof value[name] === 'string')
}

function isFinding(body: unknown): body is PaperFinding {
  if (!isObject(body) || typeof body['genuine'] !== 'boolean' || typeof body['known'] !== 'boolean') return false
  return Array.isArray(body['differences']) && body['differences'].every(isDifference)
}

/**
 * Asks whether a file is as it was printed.
 *
 * @param language for the server's messages
 * @throws an Error (TypeError) when nobody answers
 */
export async function checkPaper(file: Blob, language: string): Promise<Reading<PaperFinding>> {
  const headers = { 'Accept-Language': language, 'Content-Type': 'application/pdf' }
  const answer = await fetch('/api/v1/verify', { method: 'POST', headers, body: file })
  return readAnswer(answer.status, parsed(await answer.text()), isFinding)
}
