/** The store's database: a rebuildable copy of what this person may see. Nothing optimistic enters it. */
import Dexie, { type Collection, type Table } from 'dexie'
import type { Data } from '../rules/tables'
import { INDEX, keysOf } from './keys'

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

/** Every record of a kind: a range of the primary key, so that no page pays for another index. */
export function ofKind(database: StoreDatabase, kind: string): Collection<StoredRecord, [string, string]> {
  return database.records.where('[kind+id]').between([kind, Dexie.minKey], [kind, Dexie.maxKey])
}

export class StoreDatabase extends Dexie {
  declare records: Table<StoredRecord, [string, string]>
  declare standing: Table<Standing, string>

  constructor(person: string) {
    super(`onsite-store-${person}`, {
      chromeTransactionDurability: 'relaxed', // a lost page is asked for again
      cache: 'disabled', // pages are written past Dexie (see pages.ts), so it must not answer from memory
    })
    this.version(1).stores({
      records: '[kind+id], *keys', // each index costs every page; a channel's records are found by a walk, rarely
      standing: 'key',
    })
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
  await database.transaction('rw', database.records, facts, async () => {
    await database.records.toCollection().modify((row) => void (row.keys = keysOf(row.kind, row.data)))
    await facts.put({ key: 'indexed', value: INDEX })
  })
}
