/**
 * Canonical JSON (RFC 8785, without floats): the same bytes in every language, so that a hash means something.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** Raised for what has no canonical form here: floats, unsafe integers, lone surrogates, undefined. */
export class NotCanonical extends Error {}

/** With `u` a pair is one character, so only halves match. No look-behind: Safari before 16.4 cannot even parse one. */
const LONE_SURROGATE = /\p{Surrogate}/u

function text(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new NotCanonical('a text has half a character')
  return JSON.stringify(value) // escapes exactly what RFC 8785 asks for
}

function number(value: number): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonical(`${value} is no integer that every language can hold`)
  return Object.is(value, -0) ? '0' : String(value)
}

/** Deeper than any form of ours, and far from the end of the stack in every language. */
const DEEPEST = 64

function object(value: object, depth: number): string {
  // Default sort compares UTF-16 code units, as the RFC wants.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${text(key)}:${written((value as Record<string, unknown>)[key], depth)}`)
  return `{${members.join(',')}}`
}

function written(value: unknown, depth: number): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object') throw new NotCanonical(`a ${typeof value} has no canonical form`)
  if (depth === 0) throw new NotCanonical('nested too deeply')
  return Array.isArray(value) ? `[${value.map((item) => written(item, depth - 1)).join(',')}]` : object(value, depth - 1)
}

/**
 * The canonical text of a JSON value.
 *
 * @throws NotCanonical
 */
export function canonical(value: unknown): string {
  return written(value, DEEPEST)
}

const UTF8 = new TextEncoder()

/** SHA-256 of bytes as lower-case hex. Synchronous: awaiting WebCrypto would commit an IndexedDB transaction. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return bytesToHex(sha256(typeof bytes === 'string' ? UTF8.encode(bytes) : bytes))
}

/**
 * Hash of a value's canonical text.
 *
 * @throws NotCanonical
 */
export function hashOf(value: unknown): string {
  return sha256Hex(canonical(value))
}
