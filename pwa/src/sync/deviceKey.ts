/**
 * The device's own key: made here by WebCrypto, kept where no script can read it out, told to the server by its public
 * half. It puts its name under what a report and a signature say. A phone without WebCrypto (a page without HTTPS) signs
 * nothing: the server writes that down, and a person looks at it; no work waits for a key.
 */
import type { Journal } from '../journal/journal'
import { statementText } from '../rules/statements'
import type { Data } from '../rules/tables'

const KEY = 'device_key'
const TOLD = 'device_key_told'
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const

export interface DeviceKey {
  pair: CryptoKeyPair
  /** The public half: an uncompressed point, in hexadecimal. */
  name: string
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function makeKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  return { pair, name: hex(await crypto.subtle.exportKey('raw', pair.publicKey)) }
}

/**
 * The key of this person on this device; made when there is none yet. Never within a transaction of IndexedDB: WebCrypto
 * answers later, and the transaction would be over.
 *
 * @returns nothing where this browser makes no keys here
 */
export async function deviceKey(journal: Journal): Promise<DeviceKey | undefined> {
  if ((globalThis.crypto as Crypto | undefined)?.subtle === undefined) return undefined
  return (await journal.fact<DeviceKey>(KEY)) ?? journal.firstFact(KEY, await makeKey())
}

/** The arguments of a command with the device's signature; as they were where the device cannot sign. */
export async function attested<A extends Data>(journal: Journal, name: string, args: A): Promise<A> {
  try {
    const key = await deviceKey(journal)
    if (key === undefined) return args
    const text = new TextEncoder().encode(statementText(name, args))
    const signature = await crypto.subtle.sign(SIGNING, key.pair.privateKey, text)
    return { ...args, device_key: key.name, device_signature: hex(signature) }
  } catch (error) {
    console.warn('the device could not sign', error) // recorded as missing; the work itself must not wait
    return args
  }
}

/**
 * Tells the server the key, once; another one when the server knows this one as another device's.
 *
 * @param tell registers a public key: true when it is known now, false when another key is needed; throws when nobody answers
 */
export async function introduce(journal: Journal, tell: (name: string) => Promise<boolean>): Promise<void> {
  const key = await deviceKey(journal)
  if (key === undefined || (await journal.fact<string>(TOLD)) === key.name) return
  if (await tell(key.name)) return journal.setFact(TOLD, key.name)
  const other = await makeKey()
  await journal.setFact(KEY, other)
  if (await tell(other.name)) await journal.setFact(TOLD, other.name)
}
