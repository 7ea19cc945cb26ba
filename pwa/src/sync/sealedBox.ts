/**
 * A box that only the installation can open: the customer's rating, which whoever carries the phone is not to read.
 * The mirror of server/signoff/sealed.py: ECDH on P-256 with a key made for this box, HKDF, AES-GCM.
 */
import { canonical } from '../rules/canonical'
import type { Json } from '../protocol/json'

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const
const USE = 'onsite sealed rating 1'

function hex(bytes: ArrayBuffer | Uint8Array): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

/**
 * Closes a box.
 *
 * @param told what is closed in
 * @param publicKey of the installation: an uncompressed point, in hexadecimal
 * @param boundTo without this very text the box does not open: the report's hash
 * @param own a key made for this box alone
 * @param nonce 12 random bytes
 */
export async function sealBox(
  told: Json,
  publicKey: string,
  boundTo: string,
  own: CryptoKeyPair,
  nonce: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(12)),
): Promise<string> {
  const { subtle } = crypto
  const text = new TextEncoder()
  const point = await subtle.exportKey('raw', own.publicKey)
  const theirs = await subtle.importKey('raw', bytesOf(publicKey), CURVE, false, [])
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256)
  const material = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: point, info: text.encode(USE) }
  const key = await subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const options = { name: 'AES-GCM', iv: nonce, additionalData: text.encode(boundTo) }
  const closed = await subtle.encrypt(options, key, text.encode(canonical(told)))
  return [hex(point), hex(nonce), hex(closed)].join('.')
}

/** A key for one box. */
export function boxKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, false, ['deriveBits'])
}
