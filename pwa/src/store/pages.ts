/** Applying the feed: a page and its cursor in one transaction, only if the stored cursor is the one that was sent. */
import type { Change } from '../protocol/messages'
import type { Data } from '../rules/tables'
import { boxesOf, keep, nameOf, rewrite, type StoredRecord } from './boxes'
import { EMPTY, type Standing, type StoreDatabase } from './database'
import { keysOf } from './keys'
import { keepStanding } from './telling'

export interface Page {
  /** The cursor that was sent to get this page. */
  sent: string | null
  changes: readonly Change[]
  cursor: string | null
  scope: readonly string[]
  more: boolean
  /** In a repair: the channels that are right as they are. */
  same?: readonly string[]
}

export async function standingOf(database: StoreDatabase): Promise<Standing> {
  return (await database.standing.get('standing')) ?? EMPTY
}

/**
 * Applies a page.
 *
 * @returns false when the page is worth nothing: another tab moved the cursor meanwhile, or the copy starts over.
 */
export function applyPage(database: StoreDatabase, page: Page): Promise<boolean> {
  return database.transaction('rw', database.boxes, database.standing, async () => {
    const before = await standingOf(database)
    if (before.cursor !== page.sent) return false
    // A revoked device keeps its cursor, which promises what was taken off: it starts from nothing if it returns.
    if (page.sent !== null && before.scope.length === 0 && page.scope.length > 0) {
      await database.standing.put(anew(before))
      return false
    }
    await dropReturning(database, before, page.scope)
    if (before.cursor === null && before.epoch !== EMPTY.epoch) await keepWhatIsTheSame(database, before, page.same ?? [])
    const known = await knownAt(database, before)
    await applyChanges(page.changes, before.epoch, known)
    remember(database, page, known)
    const after = moved(before, page)
    if (before.sweeping && after.atHead) await sweep(database, after.epoch)
    const standing = { ...after, sweeping: before.sweeping && !after.atHead }
    if (JSON.stringify(standing) !== JSON.stringify(before)) await keepStanding(database, standing)
    return true
  })
}

/** What a first download has brought so far, by this tab: whatever is not in it is not in the store. */
interface Known {
  cursor: string | null
  keys: Set<string>
}

const KNOWN = new WeakMap<StoreDatabase, Known>()

/** The records of a store that was empty and was filled by this tab alone; nothing when another may have written. */
async function knownAt(database: StoreDatabase, { cursor, epoch }: Standing): Promise<Set<string> | undefined> {
  if (cursor === null && epoch === EMPTY.epoch && (await database.boxes.count()) === 0) return new Set()
  const known = KNOWN.get(database)
  return known?.cursor === cursor ? known?.keys : undefined
}

function remember(database: StoreDatabase, { cursor, more, changes }: Page, keys: Set<string> | undefined): void {
  if (keys === undefined || !more) {
    KNOWN.delete(database)
    return
  }
  for (const { k, i } of changes) keys.add(nameOf({ kind: k, id: i }))
  KNOWN.set(database, { cursor, keys })
}

function moved(before: Standing, page: Page): Standing {
  const scope = [...page.scope].sort()
  const left = before.scope.filter((channel) => !scope.includes(channel))
  const leaving = [...new Set([...before.leaving, ...left])].filter((channel) => !scope.includes(channel)).sort()
  return { ...before, cursor: page.cursor, scope, leaving, atHead: !page.more }
}

/**
 * A channel that left and comes back is sent from the start, without what left it meanwhile: what was kept of it goes
 * first, or it would stay for ever.
 */
async function dropReturning(database: StoreDatabase, { leaving }: Standing, scope: readonly string[]): Promise<void> {
  const returning = leaving.filter((channel) => scope.includes(channel))
  if (returning.length > 0) await dropChannels(database, returning)
}

function dropChannels(database: StoreDatabase, channels: readonly string[]): Promise<void> {
  return rewrite(database, (row) =>
    row.channels.some((one) => channels.includes(one)) ? { ...row, channels: row.channels.filter((one) => !channels.includes(one)) } : row,
  )
}

/** @param known names of what may be here: a first download need not look for what cannot be */
async function applyChanges(changes: readonly Change[], epoch: number, known: ReadonlySet<string> | undefined): Promise<void> {
  if (changes.length === 0) return
  const names = [...new Set(changes.map(({ k, i }) => nameOf({ kind: k, id: i })))]
  const boxes = await boxesOf(names.filter((name) => known?.has(name) ?? true))
  const rows = new Map(boxes.flatMap((box) => [...box.rows]))
  const touched = new Map<string, StoredRecord>()
  for (const change of changes) {
    const name = nameOf({ kind: change.k, id: change.i })
    const row = changed(touched.get(name) ?? rows.get(name), change, epoch)
    if (row !== undefined) touched.set(name, row)
  }
  await keep([...touched.values()], boxes)
}

/** A record after one change; nothing when a record that is not here leaves. */
function changed(row: StoredRecord | undefined, change: Change, epoch: number): StoredRecord | undefined {
  if (change.gone === true) {
    return row === undefined ? undefined : { ...row, channels: row.channels.filter((channel) => channel !== change.c) }
  }
  // Not seen yet in a repair: what it was in before is not to be believed.
  const channels = row === undefined || row.epoch !== epoch ? [] : row.channels
  const known = channels.includes(change.c) ? channels : [...channels, change.c]
  // Another channel may have brought a newer version already.
  if (row !== undefined && row.epoch === epoch && row.version > change.v) return { ...row, channels: known }
  return fresh(change.k, change.i, change.v, change.d, known, epoch)
}

function fresh(kind: string, id: string, version: number, data: Data, channels: string[], epoch: number): StoredRecord {
  return { kind, id, version, data, channels, keys: keysOf(kind, data), epoch }
}

/**
 * What is in a channel that is the same as the server's counts as seen, by these channels alone. Its version is
 * forgotten: a server that was put back may count on from a lower one.
 */
async function keepWhatIsTheSame(database: StoreDatabase, { epoch, leaving }: Standing, same: readonly string[]): Promise<void> {
  const right = new Set(same.filter((channel) => !leaving.includes(channel)))
  await rewrite(database, (row) => {
    const channels = row.channels.filter((one) => right.has(one))
    return channels.length === 0 ? row : { ...row, epoch, version: 0, channels }
  })
}

/** Removes what a repair did not see again; the very first download has nothing older. */
async function sweep(database: StoreDatabase, epoch: number): Promise<void> {
  if (epoch === EMPTY.epoch) return
  await rewrite(database, (row) => (row.epoch === epoch ? row : { ...row, channels: [] }))
}

/**
 * Starts over from an empty cursor and keeps what is here until the new download is complete:
 * a technician under a bridge keeps today's orders while the copy is repaired.
 */
export function startOver(database: StoreDatabase): Promise<void> {
  return database.transaction('rw', database.standing, async () => {
    const before = await standingOf(database)
    await database.standing.put(anew(before))
  })
}

function anew(before: Standing): Standing {
  return { ...before, cursor: null, epoch: before.epoch + 1, sweeping: true, atHead: false }
}

/**
 * Takes channels that left the scope off this phone. Only to be called when nothing of theirs is unsent.
 *
 * @returns how many channels were purged.
 */
export function purgeLeaving(database: StoreDatabase): Promise<number> {
  return database.transaction('rw', database.boxes, database.standing, async () => {
    const before = await standingOf(database)
    if (before.leaving.length === 0) return 0
    await dropChannels(database, before.leaving)
    await database.standing.put({ ...before, leaving: [] })
    return before.leaving.length
  })
}
