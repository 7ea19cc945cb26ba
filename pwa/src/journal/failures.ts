/** What can go wrong with a phone's storage, in words that a screen can act on. */
import Dexie from 'dexie'

/** The phone is full: nothing of what was there is lost, the new part was not kept. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull'
}

function causes(error: unknown): { name?: string; message?: string }[] {
  const found: { name?: string; message?: string }[] = []
  let next: unknown = error
  while (typeof next === 'object' && next !== null && found.length < 5) {
    found.push(next)
    next = (next as { inner?: unknown }).inner ?? (next as { cause?: unknown }).cause
  }
  return found
}

/** Safari under memory pressure: "Connection to Indexed Database server lost. Refresh the page to try again". */
export function isConnectionLost(error: unknown): boolean {
  return causes(error).some(
    ({ name, message }) =>
      /connection to indexed database server lost|database connection is closing|connection is closing/i.test(message ?? '') ||
      name === 'DatabaseClosedError' ||
      (name === 'InvalidStateError' && /closing|closed/i.test(message ?? '')),
  )
}

export function isStorageFull(error: unknown): boolean {
  return causes(error).some(({ name }) => name === 'QuotaExceededError')
}

interface Reopenable {
  close: (options?: { disableAutoOpen: boolean }) => void
  open: () => PromiseLike<unknown>
}

/**
 * Runs a piece of database work; when the browser lost the connection, opens it anew and runs the work once more.
 * The work must be one transaction (or reading), so that its second run finds nothing half done. A part of a
 * transaction is not run again by itself: that is for whoever opened the transaction.
 *
 * @throws StorageFull
 */
export async function surviving<T>(database: Reopenable, work: () => PromiseLike<T>): Promise<T> {
  if ((Dexie.currentTransaction as unknown) != null) return await work()
  try {
    return await work()
  } catch (error) {
    if (isStorageFull(error)) throw new StorageFull('the phone has no room left', { cause: error })
    if (!isConnectionLost(error)) throw error
    database.close({ disableAutoOpen: false })
    await database.open()
    return await work()
  }
}
