/**
 * The journal's own database: what a person did that is not proven safe yet. Never recreated, never dropped by an
 * upgrade: a new version may add stores and indexes, and convert what is there, nothing else.
 */
import Dexie, { type Table } from 'dexie'
import type { Entry, Verdict } from '../protocol/messages'

/** An entry with what the phone knows of its journey. Flags are 0 or 1: IndexedDB can't index booleans. */
export interface StoredEntry extends Entry {
  hash: string
  /** Milliseconds to add to the device's time, as estimated when it was made. */
  offset_ms: number
  /** The server has it for good. */
  durable: 0 | 1
  /** Its effects may still have to be laid over the store. */
  overlay: 0 | 1
  /** Server time of the receipt, compared with the backup's horizon; empty until there is one. */
  durable_at: string
  /** Ids of the records that it creates: later entries that name one come after it. */
  creates: string[]
  verdict: Verdict | null
  /** The verdict was given by a server that was put back since, and is asked for again. */
  doubted?: 0 | 1
}

/** A photo's bytes. Never a Blob: ephemeral WebKit stores refuse them. */
export interface StoredPhoto {
  sha256: string
  bytes: ArrayBuffer
  type: string
  size: number
  photo_id: string
  order_id: string
  added_at: string
  /** The server has the file, verified by its hash. */
  stored: 0 | 1
  /** Server time of the receipt; empty until there is one. */
  stored_at: string
  /** Where a started upload goes on. */
  upload_url: string | null
}

/** The journal's end: compared and swapped with every append. */
export interface Head {
  key: 'head'
  journal: string
  seq: number
  hash: string
}

/** Counts the changes of the journal: cheap for a live query to watch. */
export interface Revision {
  key: 'revision'
  value: number
}

/** Small facts that must survive: counters, the clock's estimate, what the last receipt said. */
export interface Fact {
  key: string
  value: unknown
}

export class JournalDatabase extends Dexie {
  declare entries: Table<StoredEntry, [string, number]>
  declare photos: Table<StoredPhoto, string>
  declare state: Table<Head | Revision | Fact, string>

  constructor(person: string) {
    super(`onsite-journal-${person}`, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      entries: '[journal+seq], &id, [durable+durable_at], overlay, *creates',
      photos: 'sha256, [stored+stored_at], order_id',
      state: 'key',
    })
    this.entries.hook('reading', (entry: StoredEntry | undefined) => readable(entry, entry?.args))
    this.photos.hook('reading', (photo: StoredPhoto | undefined) => readable(photo, photo?.bytes))
  }
}

/** What was closed at rest reaches only a page that can open it (see atRest.ts): another window may have set the lock. */
function readable<T>(row: T, content: unknown): T {
  if (ArrayBuffer.isView(content)) throw new Error('the app is locked')
  return row
}
