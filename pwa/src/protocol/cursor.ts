/** What the phone reads in a cursor. It sends cursors back unchanged and never makes one. */
import { isObject } from './json'

/** A channel that is still being filled: `[channel, up to position, kind, id]`. */
export type Backfill = [channel: string, upTo: number, kind: string, id: string]

export interface CursorView {
  checkpoint: string
  /** Every change up to here has come (of channels that are not being filled). */
  steady: number
  backfills: Backfill[]
}

const EMPTY: CursorView = { checkpoint: '', steady: -1, backfills: [] }

function decoded(cursor: string): unknown {
  const base64 = cursor.replace(/-/g, '+').replace(/_/g, '/')
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}

/**
 * Opens a cursor.
 *
 * @throws Error when it is none of ours: the caller then starts from nothing.
 */
export function readCursor(cursor: string | null): CursorView {
  if (cursor === null) return EMPTY
  const body = decoded(cursor)
  if (!isObject(body) || typeof body['p'] !== 'number' || !Array.isArray(body['b']))
    throw new Error('the cursor cannot be read')
  // With a key the page ended inside its position: that one is not complete yet.
  const steady = body['key'] === null ? body['p'] : body['p'] - 1
  return { checkpoint: String(body['k']), steady, backfills: body['b'] as Backfill[] }
}

/** Whether everything that became visible at a position has come, backfilled channels included. */
export function hasReached(view: CursorView, position: number): boolean {
  return position <= view.steady && view.backfills.every(([, upTo]) => position > upTo)
}
