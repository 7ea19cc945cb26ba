/** What screens ask: the store with the overlay on it. */
import type { Journal } from '../journal/journal'
import type { Cipher } from '../journal/cipher'
import { surviving } from '../journal/failures'
import type { Kinds } from '../protocol/generated/kinds'
import type { Json } from '../protocol/json'
import type { Digest, Kind } from '../protocol/messages'
import { rewrite } from './boxes'
import { EMPTY, StoreDatabase, type Standing } from './database'
import { differing, have } from './digests'
import { OverlayCache } from './overlay'
import { applyPage, purgeLeaving, standingOf, startOver, type Page } from './pages'
import { Reading, type Reads, type View } from './reads'

export type { Reads, View }

export class Store implements Reads {
  readonly database: StoreDatabase
  private readonly overlays: OverlayCache

  constructor(journal: Journal) {
    this.database = new StoreDatabase(journal.person)
    this.overlays = new OverlayCache(journal, this.database)
  }

  /** Opens the database now, not at the first read. */
  open(): Promise<unknown> {
    return this.surviving(() => this.database.open())
  }

  /** What is kept here, and in the journal beside it, is closed at rest. */
  get locked(): boolean {
    return this.database.cipher?.closing === true
  }

  /** Opens it anew, closed at rest with a cipher. */
  async openWith(cipher: Cipher): Promise<void> {
    this.database.close({ disableAutoOpen: false })
    this.database.cipher = cipher
    await this.open()
  }

  /** Writes all anew, as the cipher now has it. */
  rewrite(): Promise<void> {
    const { database } = this
    return this.surviving(() => database.transaction('rw', database.boxes, () => rewrite(database, (row) => ({ ...row }))))
  }

  private surviving<T>(work: () => PromiseLike<T>): Promise<T> {
    return surviving(this.database, work)
  }

  /**
   * Questions that belong together: what is only on this phone is looked up once for all of them. Each by itself would
   * wait for two more of the phone's transactions.
   */
  together<T>(ask: (reads: Reads) => Promise<T>): Promise<T> {
    return this.surviving(async () => ask(new Reading(this.database, await this.overlays.current())))
  }

  get<K extends Kind>(kind: K, id: string): Promise<View<K> | undefined> {
    return this.together((reads) => reads.get(kind, id))
  }

  many<K extends Kind>(kind: K, ids: readonly string[]): Promise<Map<string, View<K>>> {
    return this.together((reads) => reads.many(kind, ids))
  }

  all<K extends Kind>(kind: K): Promise<View<K>[]> {
    return this.together((reads) => reads.all(kind))
  }

  by<K extends Kind>(kind: K, field: keyof Kinds[K] & string, value: Json): Promise<View<K>[]> {
    return this.together((reads) => reads.by(kind, field, value))
  }

  standing(): Promise<Standing> {
    return this.surviving(() => standingOf(this.database))
  }

  applyPage(page: Page): Promise<boolean> {
    return this.surviving(() => applyPage(this.database, page))
  }

  startOver(): Promise<void> {
    return this.surviving(() => startOver(this.database))
  }

  /** Channels in which this copy differs from the server's; nothing when it moved on meanwhile. */
  differing(cursor: string, digests: Record<string, Digest>): Promise<string[] | undefined> {
    return this.surviving(() => differing(this.database, cursor, digests))
  }

  /** Digests of what is here, while the copy is repaired; nothing for a copy that is new or goes on. */
  async have({ cursor, epoch }: Standing): Promise<Record<string, Digest> | undefined> {
    return cursor === null && epoch !== EMPTY.epoch ? this.surviving(() => have(this.database)) : undefined
  }

  purgeLeaving(): Promise<number> {
    return this.surviving(() => purgeLeaving(this.database))
  }

  close(): void {
    this.database.close()
  }
}
