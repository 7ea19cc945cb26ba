/**
 * When screens hear of a download. Each page that they are told of makes every question on the screen be asked again:
 * that is right for news, and a third of the work of a first download. So of pages that others follow they hear of
 * the first, then at most every few seconds, and of the last one always.
 */
import Dexie from 'dexie'
import type { Standing, StoreDatabase } from './database'

/** A slow phone gets through some ten pages in this time. */
const AT_MOST_EVERY_MS = 3_000

interface Told {
  /** Monotonic milliseconds. */
  at: number
  later: ReturnType<typeof setTimeout> | undefined
}

const TOLD = new WeakMap<StoreDatabase, Told>()

/** Writes the standing within the transaction of a page. Every question reads it, so writing it is telling. */
export async function keepStanding(database: StoreDatabase, standing: Standing): Promise<void> {
  const told = TOLD.get(database) ?? { at: -Infinity, later: undefined }
  TOLD.set(database, told)
  clearTimeout(told.later)
  if (standing.atHead || performance.now() - told.at >= AT_MOST_EVERY_MS) {
    told.at = performance.now()
    await database.standing.put(standing)
    return
  }
  Dexie.currentTransaction.idbtrans.objectStore('standing').put(standing) // past Dexie: nobody hears of it
  told.later = setTimeout(() => void tell(database), AT_MOST_EVERY_MS) // should the download be cut off here
}

async function tell(database: StoreDatabase): Promise<void> {
  if (!database.isOpen()) return
  try {
    await database.transaction('rw', database.standing, async () => {
      const standing = await database.standing.get('standing')
      if (standing !== undefined) await database.standing.put(standing)
    })
  } catch (error) {
    console.warn('the screens were not told', error) // the next page tells them
  }
}
