/** Words that were forgotten: the installation opens the key once more, for whoever knows the password. */
import type { Reading } from '@/protocol/envelope'
import { isObject } from '@/protocol/json'
import { toBytes } from '@/protocol/parcel'
import { ask } from '@/protocol/session'
import { reworded, type Lock } from '@/sync/lock'
import { Journal, LOCK } from '@/journal/journal'

const hasKey = (value: unknown): value is { key: string } => isObject(value) && typeof value['key'] === 'string'

/** @throws TypeError when nobody answers */
export async function askForKey(lock: Lock, password: string, language: string): Promise<Reading<{ key: string }>> {
  return ask('POST', 'me/lock-key', { password, box: lock.box }, language, hasKey)
}

/** Gives the lock other words, with the key that the installation has opened. */
export async function renew(person: string, lock: Lock, words: string, opened: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = toBytes(opened)
  const journal = new Journal(person)
  try {
    await journal.setFact(LOCK, await reworded(lock, words, key))
  } finally {
    journal.close()
  }
  return key
}
