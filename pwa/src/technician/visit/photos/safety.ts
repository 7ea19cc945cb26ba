/** Which photos are safe: their file is on the server, proven by its hash. Everything else is only on this phone. */
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'

export interface Safety {
  safe: ReadonlySet<string>
  /** How many of all. */
  n: number
  m: number
}

/** For a live query: follows the journal's receipts. */
export async function safetyOf(field: Field, photos: readonly View<'photo'>[]): Promise<Safety> {
  const files = await field.journal.photoStates(photos.map(({ sha256 }) => sha256))
  // A photo whose bytes are not here (another phone's, or cleared after a backup) is as safe as the server says.
  const safe = photos.filter(({ sha256, stored_at }) => files.get(sha256) ?? stored_at !== null)
  return { safe: new Set(safe.map(({ id }) => id)), n: safe.length, m: photos.length }
}
