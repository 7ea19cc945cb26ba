/** The store's database: a rebuildable copy of what this person may see. Nothing optimistic enters it. */
import Dexie, { type Table, type Transaction } from 'dexie'
import type { Cipher } from '../journal/cipher'
import { packed, rewrite, type Box, type StoredRecord } from './boxes'
import { INDEX, keysOf } from './keys'

/** Where the copy stands; changed only in the transaction that applies a page. */
export interface Standing {
  key: 'standing'
  cursor: string | null
  scope: string[]
  /** Channels that left the scope; they are purged when nothing of theirs is unsent. */
  leaving: string[]
  epoch: number
  /** A full download is on its way: at its end older epochs are swept. */
  sweeping: boolean
  /** The feed's head was reached by the last page. */
  atHead: boolean
}

export const EMPTY: Standing = {
  key: 'standing',
  cursor: null,
  scope: [],
  leaving: [],
  epoch: 1,
  sweeping: true,
  atHead: false,
}

/** By which fields `by` could look up when the rows were written. */
export interface Indexed {
  key: 'indexed'
  value: string
}

/** Records that are moved at once when the database is upgraded. */
const AT_ONCE = 500

export class StoreDatabase extends Dexie {
  declare boxes: Table<Box, number>
  declare standing: Table<Standing, string>
  cipher?: Cipher | undefined

  constructor(person: string) {
    super(`onsite-store-${person}`, {
      chromeTransactionDurability: 'relaxed', // a lost page is asked for again
      cache: 'disabled', // pages are written past Dexie (see pages.ts), so it must not answer from memory
    })
    this.version(1).stores({ records: '[kind+id], *keys', standing: 'key' })
    this.version(2)
      .stores({ records: null, boxes: '++n, kind, *ids, *keys' }) // each index costs every page; a channel's records are found by a walk, rarely
      .upgrade(intoBoxes)
    this.on('ready', (opened) => reindex(opened as StoreDatabase))
  }
}

/**
 * What came before this version of the app knew its kind is here as it came; an upgrade makes it findable.
 * Runs before anything else does, and does nothing unless the index has changed.
 */
async function reindex(database: StoreDatabase): Promise<void> {
  const facts = database.table<Indexed, string>('standing')
  if ((await facts.get('indexed'))?.value === INDEX) return
  await database.transaction('rw', database.boxes, facts, async () => {
    await rewrite(database, (row) => ({ ...row, keys: keysOf(row.kind, row.data) }))
    await facts.put({ key: 'indexed', value: INDEX })
  })
}

/** Until version 2 each record was a row of its own. A phone under a bridge keeps what it had. */
async function intoBoxes(upgrade: Transaction): Promise<void> {
  const records = upgrade.table<StoredRecord, [string, string]>('records')
  let slice = await records.orderBy(':id').limit(AT_ONCE).toArray()
  for (let last = slice.at(-1); last !== undefined; last = slice.at(-1)) {
    await upgrade.table<Box, number>('boxes').bulkAdd(packed(slice, upgrade.db as StoreDatabase))
    slice = await records.where(':id').above([last.kind, last.id]).limit(AT_ONCE).toArray()
  }
}
