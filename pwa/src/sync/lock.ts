/**
 * The app lock: words without which the phone's copy is cipher text. A random key closes the data; the words open the
 * key, and so does the installation, to which it is sealed as well: forgotten words must cost nobody's work
 * (docs/decisions/0013).
 */
import { keyOf, newWordLock, toBytes, toText, type WordLock } from '../protocol/parcel'
import { boxKey, sealBox } from './sealedBox'
import { KEY_BYTES } from '../journal/cipher'

/** What of a lock lies on the phone. */
export interface Lock extends WordLock {
  /** The key, closed with the words. */
  nonce: string
  closed: string
  /** The key, sealed to the installation. */
  box: string
  /** All of the copy is closed; else it was being closed, or opened, when the phone stopped. */
  whole: boolean
}

/** Without this very text the installation opens no box. */
const boundTo = (person: string): string => `app lock ${person}`

/**
 * Makes a lock.
 *
 * @param words that open it
 * @param person whose it is
 * @param installation its public key: an uncompressed point, in hexadecimal
 */
export async function newLock(words: string, person: string, installation: string): Promise<Lock> {
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  const box = await sealBox(toText(key), installation, boundTo(person), await boxKey())
  return { ...(await closedWith(words, key)), box, whole: false }
}

/** The same lock with other words. */
export async function reworded(lock: Lock, words: string, key: Uint8Array<ArrayBuffer>): Promise<Lock> {
  return { ...lock, ...(await closedWith(words, key)) }
}

async function closedWith(words: string, key: Uint8Array<ArrayBuffer>): Promise<Omit<Lock, 'box' | 'whole'>> {
  const made = newWordLock()
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const closed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(words, made), key)
  return { ...made, nonce: toText(iv), closed: toText(new Uint8Array(closed)) }
}

/** The key, if these are the words. */
export async function keyIn(lock: Lock, words: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const how = { name: 'AES-GCM', iv: toBytes(lock.nonce) }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, await keyOf(words, lock), toBytes(lock.closed)))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return undefined // other words
    throw error
  }
}
