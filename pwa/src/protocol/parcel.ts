/**
 * The file in which a phone's unsent work travels by hand: locked with words that two people agree on.
 *
 *   line    `onsite-parcel 1`
 *   line    JSON: how the key is made (salt, rounds) and the first part of every nonce
 *   pieces  each: 4 bytes length (big-endian), then AES-256-GCM; the first is the list as JSON, the others are the
 *           photos in its order
 *
 * Each piece's nonce holds its place, so pieces can't be exchanged; the list names every photo's hash, so none can be
 * left out. One photo at a time is in memory. Why words and no key of the server: docs/decisions/0009.
 */
import type { Entry } from './messages'

const MARK = 'onsite-parcel 1'
const ROUNDS = 600_000
const LENGTH_BYTES = 4
/** The list of a day is a few hundred kilobytes; a line that never ends is no parcel. */
const HEAD_BYTES = 4_096

export const SHORTEST_WORDS = 10

export interface ParcelPhoto {
  sha256: string
  type: string
}

export interface ParcelList {
  person_id: string
  /** To be read by whoever opens it. */
  person_name: string
  device_code: string
  made_at: string
  /** Both clocks of the device when the file was made, and by how much it believed its own to be wrong. */
  clock: { device_time: string; mono_ms: number; run: string; offset_ms: number }
  entries: Entry[]
  photos: ParcelPhoto[]
}

/** What is wrong with a file that can't be opened. */
export class NoParcel extends Error {
  constructor(readonly why: 'not_ours' | 'words_wrong' | 'broken') {
    super(why)
  }
}

/** How a key is made of words. */
export interface WordLock {
  salt: string
  rounds: number
}

interface Lock extends WordLock {
  nonce: string
}

type Bytes = Uint8Array<ArrayBuffer>

export const toText = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes))
export const toBytes = (text: string): Bytes => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
const encode = (text: string): Bytes => new TextEncoder().encode(text)

/** Whether this page may encrypt at all: browsers offer it on trusted addresses alone. */
export const canLock = (): boolean => globalThis.crypto?.subtle !== undefined

/** A lock that no other has. */
export const newWordLock = (): WordLock => ({ salt: toText(crypto.getRandomValues(new Uint8Array(16))), rounds: ROUNDS })

/** The key that words make. */
export async function keyOf(words: string, { salt, rounds }: WordLock): Promise<CryptoKey> {
  const given = await crypto.subtle.importKey('raw', encode(words.normalize('NFKC')), 'PBKDF2', false, ['deriveKey'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: toBytes(salt), iterations: rounds }
  return crypto.subtle.deriveKey(how, given, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

function nonceOf({ nonce }: Lock, place: number): Bytes {
  const iv = new Uint8Array(12)
  iv.set(toBytes(nonce))
  new DataView(iv.buffer).setUint32(8, place)
  return iv
}

/**
 * Packs and locks.
 *
 * @param photo gives the bytes of one photo of the list.
 */
export async function lockParcel(words: string, list: ParcelList, photo: (sha256: string) => Promise<ArrayBuffer>): Promise<Blob> {
  const lock: Lock = { ...newWordLock(), nonce: toText(crypto.getRandomValues(new Uint8Array(8))) }
  const key = await keyOf(words, lock)
  const pieces: BlobPart[] = [`${MARK}\n${JSON.stringify(lock)}\n`]
  async function add(plain: ArrayBuffer | Bytes, place: number): Promise<void> {
    const locked = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(lock, place) }, key, plain)
    const length = new ArrayBuffer(LENGTH_BYTES)
    new DataView(length).setUint32(0, locked.byteLength)
    pieces.push(length, new Blob([locked])) // a Blob may lie on the disk
  }
  await add(encode(JSON.stringify(list)), 0)
  for (const [at, { sha256 }] of list.photos.entries()) await add(await photo(sha256), at + 1)
  return new Blob(pieces, { type: 'application/octet-stream' })
}

export interface Parcel {
  list: ParcelList
  /** The bytes of one photo, by its place in the list. Raises NoParcel. */
  photo: (at: number) => Promise<ArrayBuffer>
}

/**
 * Opens a file.
 *
 * @throws NoParcel saying what is wrong with it, or with the words.
 */
export async function openParcel(words: string, file: Blob): Promise<Parcel> {
  const { lock, start } = await headOf(file)
  const key = await keyOf(words, lock)
  const places = await placesOf(file, start)
  async function piece(at: number): Promise<ArrayBuffer> {
    const place = places[at]
    if (place === undefined) throw new NoParcel('broken')
    const locked = await file.slice(place.from, place.to).arrayBuffer()
    return crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonceOf(lock, at) }, key, locked).catch((): never => {
      throw new NoParcel(at === 0 ? 'words_wrong' : 'broken')
    })
  }
  const list = JSON.parse(new TextDecoder().decode(await piece(0))) as ParcelList
  if (places.length !== list.photos.length + 1) throw new NoParcel('broken')
  return { list, photo: (at) => piece(at + 1) }
}

async function headOf(file: Blob): Promise<{ lock: Lock; start: number }> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const first = head.indexOf(10)
  const second = head.indexOf(10, first + 1)
  const line = (from: number, to: number): string => new TextDecoder().decode(head.slice(from, to))
  if (first < 0 || second < 0 || line(0, first) !== MARK) throw new NoParcel('not_ours')
  const lock = lockOf(line(first + 1, second))
  if (lock === null) throw new NoParcel('not_ours')
  return { lock, start: second + 1 }
}

function lockOf(text: string): Lock | null {
  try {
    const { salt, rounds, nonce } = JSON.parse(text) as Lock
    // More rounds than ours would keep this machine busy for ever.
    const fits = toBytes(salt).length === 16 && toBytes(nonce).length === 8 && Number.isSafeInteger(rounds) && rounds > 0 && rounds <= 10 * ROUNDS
    return fits ? { salt, rounds, nonce } : null
  } catch {
    return null // damaged, or written by something else
  }
}

async function placesOf(file: Blob, start: number): Promise<{ from: number; to: number }[]> {
  const found: { from: number; to: number }[] = []
  for (let at = start; at < file.size; ) {
    const length = await file.slice(at, at + LENGTH_BYTES).arrayBuffer()
    if (length.byteLength < LENGTH_BYTES) throw new NoParcel('broken')
    const from = at + LENGTH_BYTES
    at = from + new DataView(length).getUint32(0)
    if (at > file.size) throw new NoParcel('broken')
    found.push({ from, to: at })
  }
  return found
}
