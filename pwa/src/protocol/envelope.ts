/**
 * Whose answer is this? Success is known by the shape of the JSON, never by the status:
 * a hotel's log-in page answers 200 too.
 */
import { isObject, parsed } from './json'
import type { ErrorAnswer, SyncAnswer } from './messages'

export type Reading<T> =
  | { from: 'server'; ok: true; body: T }
  | { from: 'server'; ok: false; status: number; error: ErrorAnswer }
  /** Something between us and the server answered: a captive portal, a proxy's error page. */
  | { from: 'stranger'; status: number }

function isError(body: unknown): body is ErrorAnswer {
  return isObject(body) && body['onsite'] === 'error' && typeof body['code'] === 'string'
}

function isSync(body: unknown): body is SyncAnswer {
  return (
    isObject(body) &&
    body['onsite'] === 'sync' &&
    Array.isArray(body['verdicts']) &&
    Array.isArray(body['changes']) &&
    Array.isArray(body['scope']) &&
    (typeof body['cursor'] === 'string' || body['cursor'] === null) &&
    typeof body['checkpoint'] === 'string' &&
    typeof body['more'] === 'boolean' &&
    isObject(body['receipt'])
  )
}

/** Reads an answer of the sync endpoint. */
export function readSync(status: number, text: string): Reading<SyncAnswer> {
  const body = parsed(text)
  if (isSync(body)) return { from: 'server', ok: true, body }
  if (isError(body)) return { from: 'server', ok: false, status, error: body }
  return { from: 'stranger', status }
}

/** Reads an answer whose body a check recognises. */
export function readAnswer<T>(status: number, body: unknown, known: (body: unknown) => body is T): Reading<T> {
  if (isError(body)) return { from: 'server', ok: false, status, error: body }
  if (known(body)) return { from: 'server', ok: true, body }
  return { from: 'stranger', status }
}
