/**
 * Canonical JSON (RFC 8785, without floats): the same bytes in every language, so that a hash means something.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** Raised for what has no canonical form here: floats, unsafe integers, lone surrogates, undefined. */
export class NotCanonical extends Error {}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function text(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new NotCanonical('a text has half a character')
  return JSON.stringify(value) // escapes exactly what RFC 8785 asks for
}

function number(value: number): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonical(`${value} is no integer that every language can hold`)
  return Object.is(value, -0) ? '0' : String(value)
}

function object(value: object): string {
  // Default sort compares UTF-16 code units, as the RFC wants.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${text(key)}:${canonical((value as Record<string, unknown>)[key])}`)
  return `{${members.join(',')}}`
}

/**
 * The canonical text of a JSON value.
 *
 * @throws NotCanonical
 */
export function canonical(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object') return object(value)
  throw new NotCanonical(`a ${typeof value} has no canonical form`)
}

/** SHA-256 of bytes as lower-case hex. Synchronous: awaiting WebCrypto would commit an IndexedDB transaction. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return bytesToHex(sha256(typeof bytes === 'string' ? utf8ToBytes(bytes) : bytes))
}

/**
 * Hash of a value's canonical text.
 *
 * @throws NotCanonical
 */
export function hashOf(value: unknown): string {
  return sha256Hex(canonical(value))
}
