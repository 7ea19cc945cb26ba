/** What closes data at rest while the app is locked. Synchronous: a transaction of IndexedDB waits for nothing else. */
import { managedNonce } from '@noble/ciphers/utils.js'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'

export interface Cipher {
  /**
   * Closes bytes.
   *
   * @param place where they lie: elsewhere they do not open.
   */
  close: (plain: Uint8Array, place: string) => Uint8Array<ArrayBuffer>
  /** @throws an Error for bytes of another key or place */
  open: (closed: Uint8Array, place: string) => Uint8Array<ArrayBuffer>
  /** What is written is closed; not while the lock is taken off. */
  closing: boolean
}

/** Bytes of a key. */
export const KEY_BYTES = 32

export function cipherOf(key: Uint8Array): Cipher {
  const at = (place: string) => managedNonce(xchacha20poly1305)(key, new TextEncoder().encode(place))
  return {
    close: (plain, place) => at(place).encrypt(plain),
    open: (closed, place) => at(place).decrypt(closed),
    closing: true,
  }
}

/** As `close`, for what JSON can hold. */
export function closeText(cipher: Cipher, text: string, place: string): Uint8Array<ArrayBuffer> {
  return cipher.close(new TextEncoder().encode(text), place)
}

export function openText(cipher: Cipher, closed: Uint8Array, place: string): string {
  return new TextDecoder().decode(cipher.open(closed, place))
}
