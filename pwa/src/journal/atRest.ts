/**
 * The journal closed at rest: what was done, photographed and is still being written lies in the database as cipher text.
 * What the phone must find and count by stays open: ids, times, order, hashes. Between Dexie and the browser, so that
 * nothing above knows of it. A row that was written open is read as it is: the lock may have been set since.
 */
import type { DBCore, DBCoreCursor, DBCoreTable } from 'dexie'
import { closeText, openText, type Cipher } from './cipher'
import type { JournalDatabase } from './database'

type Row = Record<string, unknown>

/** In each table the field that is closed, and the one that names its place. */
const CLOSED: Record<string, { field: string; place: string }> = {
  entries: { field: 'args', place: 'id' },
  photos: { field: 'bytes', place: 'sha256' },
  state: { field: 'value', place: 'key' },
}

/** Of the small facts those that hold somebody's words and strokes. */
const WORDS = /^fact:(draft|amending):/

const isClosed = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value)

/** Closes a journal's database from its next opening on. */
export function closeAtRest(database: JournalDatabase, cipher: Cipher): void {
  database.use({
    stack: 'dbcore',
    name: 'closed',
    create: (down: DBCore) => ({ ...down, table: (name: string) => closedTable(down.table(name), cipher) }),
  })
}

function closedTable(table: DBCoreTable, cipher: Cipher): DBCoreTable {
  const what = CLOSED[table.name]
  if (what === undefined) return table
  const { field, place } = what
  const placeOf = (row: Row): string => `${table.name} ${String(row[place])}`
  const kept = (row: Row): Row => (cipher.closing && isSecret(table.name, row) ? { ...row, [field]: shut(cipher, row[field], placeOf(row)) } : row)
  const seen = (row: Row): Row => (isClosed(row[field]) ? { ...row, [field]: opened(cipher, table.name, row[field], placeOf(row)) } : row)
  return {
    ...table,
    mutate: (request) =>
      table.mutate(request.type === 'add' || request.type === 'put' ? { ...request, values: (request.values as Row[]).map(kept) } : request),
    get: (request) => table.get(request).then((row: unknown) => orNothing(row, seen)),
    getMany: (request) => table.getMany(request).then((rows) => rows.map((row: unknown) => orNothing(row, seen))),
    query: (request) =>
      table.query(request).then((answer) => (request.values === true ? { ...answer, result: (answer.result as Row[]).map(seen) } : answer)),
    openCursor: (request) =>
      table.openCursor(request).then((cursor) => (cursor === null || request.values !== true ? cursor : seeing(cursor, seen))),
  }
}

function isSecret(table: string, { key }: Row): boolean {
  return table !== 'state' || WORDS.test(String(key))
}

function orNothing(row: unknown, seen: (row: Row) => Row): Row | undefined {
  return row === undefined || row === null ? undefined : seen(row as Row)
}

function shut(cipher: Cipher, value: unknown, place: string): Uint8Array {
  return value instanceof ArrayBuffer ? cipher.close(new Uint8Array(value), place) : closeText(cipher, JSON.stringify(value), place)
}

function opened(cipher: Cipher, table: string, closed: Uint8Array, place: string): unknown {
  return table === 'photos' ? cipher.open(closed, place).slice().buffer : (JSON.parse(openText(cipher, closed, place)) as unknown)
}

/** The browser's own cursor knows its key and value only when asked itself. */
function seeing(cursor: DBCoreCursor, seen: (row: Row) => Row): DBCoreCursor {
  return Object.create(cursor, {
    key: { get: (): unknown => cursor.key },
    primaryKey: { get: (): unknown => cursor.primaryKey },
    value: { get: (): unknown => orNothing(cursor.value, seen) },
  }) as DBCoreCursor
}

/** Writes everything anew, as the cipher now has it: each photo by itself, for memory's sake. */
export async function rewriteJournal({ entries, photos, state }: JournalDatabase): Promise<void> {
  await entries.toCollection().modify(() => true)
  await state.filter(({ key }) => WORDS.test(key)).modify(() => true)
  for (const sha256 of await photos.toCollection().primaryKeys()) await photos.where({ sha256 }).modify(() => true)
}
