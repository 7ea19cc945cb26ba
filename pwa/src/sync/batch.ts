/** How much goes into one request: few enough to arrive, as many as the server takes. */
import type { StoredEntry } from '../journal/database'
import { entryOf } from '../rules/journal'
import type { Entry } from '../protocol/messages'

const MOST = 200
const MOST_BYTES = 512 * 1024

/** Entries for one request, from the oldest on: always at least one, whatever its size. */
export function batchOf(pending: readonly StoredEntry[], limit: number): Entry[] {
  const batch: Entry[] = []
  let bytes = 0
  for (const stored of pending.slice(0, limit)) {
    const entry = entryOf(stored)
    bytes += JSON.stringify(entry).length
    if (batch.length > 0 && bytes > MOST_BYTES) break
    batch.push(entry)
  }
  return batch
}

/** The size that a server takes: halved when it says "too large", grown again when it does not. */
export class BatchSize {
  private size = MOST

  get limit(): number {
    return this.size
  }

  /** @returns false when one single entry was too large already. */
  halve(sent: number): boolean {
    if (sent <= 1) return false
    this.size = Math.max(1, Math.floor(Math.min(sent, this.size) / 2))
    return true
  }

  grow(): void {
    this.size = Math.min(MOST, this.size * 2)
  }
}
