/** What screens ask: the store with the overlay on it. */
import type { Journal } from '../journal/journal'
import { surviving } from '../journal/failures'
import type { Kinds } from '../protocol/generated/kinds'
import type { Json } from '../protocol/json'
import type { Digest, Kind } from '../protocol/messages'
import type { Data } from '../rules/tables'
import { find, ofKind, withKey } from './boxes'
import { EMPTY, StoreDatabase, type Standing } from './database'
import { differing, have } from './digests'
import { indexedFields, keyOf } from './keys'
import { OverlayCache, type Overlay } from './overlay'
import { applyPage, purgeLeaving, standingOf, startOver, type Page } from './pages'

/** A record as the person sees it. `$pending`: something in it is only on this phone, or not confirmed yet. */
export type View<K extends Kind> = Kinds[K] & { id: string; $pending: boolean }

function viewOf<K extends Kind>(id: string, data: Data, pending: boolean): View<K> {
  return { ...(data as unknown as Kinds[K]), id, $pending: pending }
}

export class Store {
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

  private surviving<T>(work: () => PromiseLike<T>): Promise<T> {
    return surviving(this.database, work)
  }

  /** One record, or nothing. */
  get<K extends Kind>(kind: K, id: string): Promise<View<K> | undefined> {
    return this.surviving(async () => {
      const over = (await this.overlays.current()).get(kind)?.get(id)
      if (over !== undefined) return viewOf<K>(id, over, true)
      const [row] = await find(this.database, [[kind, id]])
      return row === undefined ? undefined : viewOf<K>(id, row.data, false)
    })
  }

  /** Several records of a kind by their ids, in one read; those that are not here are not in the answer. */
  many<K extends Kind>(kind: K, ids: readonly string[]): Promise<Map<string, View<K>>> {
    return this.surviving(async () => {
      const over = (await this.overlays.current()).get(kind)
      const wanted = [...new Set(ids)]
      const rows = await find(this.database, wanted.filter((id) => !over?.has(id)).map((id) => [kind, id]))
      const found = new Map<string, View<K>>()
      for (const row of rows) if (row !== undefined) found.set(row.id, viewOf<K>(row.id, row.data, false))
      for (const id of wanted) {
        const data = over?.get(id)
        if (data !== undefined) found.set(id, viewOf<K>(id, data, true))
      }
      return found
    })
  }

  /** Every record of a kind. */
  all<K extends Kind>(kind: K): Promise<View<K>[]> {
    return this.surviving(async () => {
      const overlay = await this.overlays.current()
      const rows = await ofKind(this.database, kind)
      return laidOver<K>(kind, rows, overlay, () => true)
    })
  }

  /** The records of a kind whose field has a value. Fast for fields that point at other records. */
  by<K extends Kind>(kind: K, field: keyof Kinds[K] & string, value: Json): Promise<View<K>[]> {
    return this.surviving(async () => {
      const overlay = await this.overlays.current()
      const indexed = typeof value === 'string' && indexedFields(kind).includes(field)
      const rows = indexed ? await withKey(this.database, keyOf(kind, field, value)) : await ofKind(this.database, kind)
      return laidOver<K>(kind, rows, overlay, (data) => data[field] === value)
    })
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

/** Rows with the overlay's versions in their place, and with what only the overlay has. */
function laidOver<K extends Kind>(
  kind: K,
  rows: readonly { id: string; data: Data }[],
  overlay: Overlay,
  wanted: (data: Data) => boolean,
): View<K>[] {
  const over = overlay.get(kind) ?? new Map<string, Data>()
  const base = rows.filter((row) => !over.has(row.id) && wanted(row.data))
  const laid = [...over].filter(([, data]) => wanted(data))
  return [
    ...base.map((row) => viewOf<K>(row.id, row.data, false)),
    ...laid.map(([id, data]) => viewOf<K>(id, data, true)),
  ]
}
