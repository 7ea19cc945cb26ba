/**
 * How records lie in the database: several of a kind together in a box. A phone pays for each row that it writes, and for
 * each entry of an index, far more than for its bytes: five thousand records in boxes are written in a tenth of the time.
 * A record lies in one box; it is changed by writing its box anew. Writing is only done within a transaction.
 */
import Dexie, { type Table, type Transaction } from 'dexie'
import type { Cipher } from '../journal/cipher'
import type { Data } from '../rules/tables'

export interface StoredRecord {
  kind: string
  id: string
  version: number
  data: Data
  /** The channels that show it; with none left it goes. */
  channels: string[]
  /** `kind/field/value` of the fields that point at other records, for `by`. */
  keys: string[]
  /** The download in which it was last seen: a repair removes what it did not see again. */
  epoch: number
}

/** Records of a kind that lie together. */
export interface Box {
  /** Given by the database. */
  n?: number
  kind: string
  /** `kind id` of each record. */
  ids: string[]
  /** What `by` finds its records by, of all together. */
  keys: string[]
  /** JSON of the records: a list of `StoredRecord`; closed while the app is locked. */
  rows: string | Uint8Array
}

/** A database that has boxes. */
export interface Shelf extends Dexie {
  boxes: Table<Box, number>
  /** Opens the boxes while the app is locked, and closes them. */
  cipher?: Cipher | undefined
}

/** Of JSON in a box: fifty records of common size; finding one means reading its box. */
const FULL = 32_000
/** Boxes that are read at once when all are walked through. */
const AT_ONCE = 8

/** A box that is read, to be changed. */
export interface OpenBox {
  n: number
  /** By name. */
  rows: Map<string, StoredRecord>
}

export function nameOf({ kind, id }: Pick<StoredRecord, 'kind' | 'id'>): string {
  return `${kind} ${id}`
}

function gone({ channels }: StoredRecord): boolean {
  return channels.length === 0
}

/** Where a box lies is not told to the cipher: a new one has no number yet. */
const PLACE = 'box'

export function rowsIn({ rows }: Box, { cipher }: Shelf): StoredRecord[] {
  if (typeof rows === 'string') return JSON.parse(rows) as StoredRecord[]
  if (cipher === undefined) throw new Error('the app is locked')
  return JSON.parse(new TextDecoder().decode(cipher.open(rows, PLACE))) as StoredRecord[]
}

function opened(box: Box, shelf: Shelf): OpenBox {
  return { n: box.n as number, rows: new Map(rowsIn(box, shelf).map((row) => [nameOf(row), row])) }
}

function closed(kind: string, rows: readonly StoredRecord[], texts: readonly string[], { cipher }: Shelf, n?: number): Box {
  const keys = [...new Set(rows.flatMap((row) => row.keys))]
  const text = `[${texts.join()}]`
  const kept = cipher?.closing === true ? cipher.close(new TextEncoder().encode(text), PLACE) : text
  return { ...(n === undefined ? {} : { n }), kind, ids: rows.map(nameOf), keys, rows: kept }
}

/** New boxes for records that lie in none. */
export function packed(records: Iterable<StoredRecord>, shelf: Shelf): Box[] {
  const boxes: Box[] = []
  const filling = new Map<string, { rows: StoredRecord[]; texts: string[]; size: number }>()
  for (const row of records) {
    const box = filling.get(row.kind) ?? { rows: [], texts: [], size: 0 }
    const text = JSON.stringify(row)
    box.rows.push(row)
    box.texts.push(text)
    box.size += text.length
    if (box.size < FULL) {
      filling.set(row.kind, box)
      continue
    }
    boxes.push(closed(row.kind, box.rows, box.texts, shelf))
    filling.delete(row.kind)
  }
  for (const [kind, { rows, texts }] of filling) boxes.push(closed(kind, rows, texts, shelf))
  return boxes
}

/** The answers to requests of one transaction: they come in their order, so the last one is waited for. */
function answered<T>(requests: readonly IDBRequest<T>[]): PromiseLike<T[]> {
  return new Dexie.Promise<T[]>((resolve, reject) => {
    const last = requests.at(-1)
    if (last === undefined) return resolve([])
    last.onsuccess = () => resolve(requests.map(({ result }) => result))
    last.onerror = () => reject(last.error ?? new Error('the store did not answer')) // an earlier failure aborts the transaction by itself
  })
}

/** Past Dexie, which would note for live queries what was touched: they watch the standing, which each page changes. */
function bare(transaction: Transaction): { store: IDBObjectStore; shelf: Shelf } {
  return { store: transaction.idbtrans.objectStore('boxes'), shelf: transaction.db as Shelf }
}

/** The boxes in which records of these names lie; within a transaction. */
export async function boxesOf(names: readonly string[]): Promise<OpenBox[]> {
  const { store, shelf } = bare(Dexie.currentTransaction)
  const ids = store.index('ids')
  const numbers = await answered(names.map((name) => ids.getKey(name)))
  const known = new Set(numbers.filter((n) => n !== undefined))
  const boxes: (Box | undefined)[] = await answered([...known].map((n) => store.get(n) as IDBRequest<Box | undefined>))
  return boxes.filter((box) => box !== undefined).map((box) => opened(box, shelf))
}

/**
 * Records by kind and id, in the order asked; nothing for those that are not here. One question of Dexie's own: a
 * transaction opened here would be one more place from which the zone of a live query leaks into a write beside it.
 */
export async function find(database: Shelf, keys: readonly [string, string][]): Promise<(StoredRecord | undefined)[]> {
  const names = keys.map(([kind, id]) => nameOf({ kind, id }))
  if (names.length === 0) return []
  const boxes = await database.boxes.where('ids').anyOf(names).distinct().toArray()
  const found = new Map(boxes.flatMap((box) => rowsIn(box, database)).map((row) => [nameOf(row), row]))
  return names.map((name) => found.get(name))
}

/** Every record of a kind. */
export async function ofKind(database: Shelf, kind: string): Promise<StoredRecord[]> {
  return (await database.boxes.where({ kind }).toArray()).flatMap((box) => rowsIn(box, database))
}

/** The records that have a key of `keys.ts`. */
export async function withKey(database: Shelf, key: string): Promise<StoredRecord[]> {
  const boxes = await database.boxes.where({ keys: key }).toArray()
  return boxes.flatMap((box) => rowsIn(box, database)).filter(({ keys }) => keys.includes(key))
}

/** Writes records into the boxes in which they lie, and those that lie in none into new ones. */
export function keep(records: readonly StoredRecord[], boxes: readonly OpenBox[]): PromiseLike<unknown> {
  const home = new Map(boxes.flatMap((box) => [...box.rows.keys()].map((name) => [name, box] as const)))
  const touched = new Set<OpenBox>()
  const fresh: StoredRecord[] = []
  for (const row of records) {
    const box = home.get(nameOf(row))
    if (box === undefined) fresh.push(row)
    else touched.add(box)
    box?.rows.set(nameOf(row), row)
  }
  return write(touched, fresh)
}

/** What is gone is left out, and with its last record the box. */
function write(touched: Iterable<OpenBox>, fresh: readonly StoredRecord[]): PromiseLike<unknown> {
  const { store, shelf } = bare(Dexie.currentTransaction)
  const requests: IDBRequest[] = packed(fresh.filter((row) => !gone(row)), shelf).map((box) => store.put(box))
  for (const { n, rows } of touched) {
    const left = [...rows.values()].filter((row) => !gone(row))
    const [first] = left
    requests.push(first === undefined ? store.delete(n) : store.put(closed(first.kind, left, left.map((row) => JSON.stringify(row)), shelf, n)))
  }
  return answered(requests)
}

/** The next few boxes of all, in the order of their numbers. */
export function boxesAfter(database: Shelf, n: number): PromiseLike<Box[]> {
  return database.boxes.where(':id').above(n).limit(AT_ONCE).toArray()
}

/**
 * Walks through all records.
 *
 * @param change the record as it is to be; the same object where nothing changes
 */
export async function rewrite(database: Shelf, change: (row: StoredRecord) => StoredRecord): Promise<void> {
  for (let boxes = await boxesAfter(database, 0); boxes.length > 0; boxes = await boxesAfter(database, boxes.at(-1)?.n ?? Infinity)) {
    const changed = boxes.map((box) => opened(box, database)).filter((box) => changeIn(box, change))
    await write(changed, [])
  }
}

function changeIn({ rows }: OpenBox, change: (row: StoredRecord) => StoredRecord): boolean {
  let any = false
  for (const [name, row] of rows) {
    const now = change(row)
    any ||= now !== row
    rows.set(name, now)
  }
  return any
}
