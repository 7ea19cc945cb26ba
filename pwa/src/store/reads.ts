/** Records as screens ask for them: what the store holds with the overlay on it. */
import type { Kinds } from '../protocol/generated/kinds'
import type { Json } from '../protocol/json'
import type { Kind } from '../protocol/messages'
import type { Data } from '../rules/tables'
import { find, ofKind, withKey } from './boxes'
import type { StoreDatabase } from './database'
import { indexedFields, keyOf } from './keys'
import type { Overlay } from './overlay'

/** A record as the person sees it. `$pending`: something in it is only on this phone, or not confirmed yet. */
export type View<K extends Kind> = Kinds[K] & { id: string; $pending: boolean }

function viewOf<K extends Kind>(id: string, data: Data, pending: boolean): View<K> {
  return { ...(data as unknown as Kinds[K]), id, $pending: pending }
}

/** What is asked with. */
export interface Reads {
  /** One record, or nothing. */
  get<K extends Kind>(kind: K, id: string): Promise<View<K> | undefined>
  /** Several records of a kind by their ids, in one read; those that are not here are not in the answer. */
  many<K extends Kind>(kind: K, ids: readonly string[]): Promise<Map<string, View<K>>>
  /** Every record of a kind. */
  all<K extends Kind>(kind: K): Promise<View<K>[]>
  /** The records of a kind whose field has a value. Fast for fields that point at other records. */
  by<K extends Kind>(kind: K, field: keyof Kinds[K] & string, value: Json): Promise<View<K>[]>
}

/** Questions under one overlay. */
export class Reading implements Reads {
  constructor(
    private readonly database: StoreDatabase,
    private readonly overlay: Overlay,
  ) {}

  async get<K extends Kind>(kind: K, id: string): Promise<View<K> | undefined> {
    const over = this.overlay.get(kind)?.get(id)
    if (over !== undefined) return viewOf<K>(id, over, true)
    const [row] = await find(this.database, [[kind, id]])
    return row === undefined ? undefined : viewOf<K>(id, row.data, false)
  }

  async many<K extends Kind>(kind: K, ids: readonly string[]): Promise<Map<string, View<K>>> {
    const over = this.overlay.get(kind)
    const wanted = [...new Set(ids)]
    const rows = await find(this.database, wanted.filter((id) => !over?.has(id)).map((id) => [kind, id]))
    const found = new Map<string, View<K>>()
    for (const row of rows) if (row !== undefined) found.set(row.id, viewOf<K>(row.id, row.data, false))
    for (const id of wanted) {
      const data = over?.get(id)
      if (data !== undefined) found.set(id, viewOf<K>(id, data, true))
    }
    return found
  }

  async all<K extends Kind>(kind: K): Promise<View<K>[]> {
    const rows = await ofKind(this.database, kind)
    return laidOver<K>(kind, rows, this.overlay, () => true)
  }

  async by<K extends Kind>(kind: K, field: keyof Kinds[K] & string, value: Json): Promise<View<K>[]> {
    const indexed = typeof value === 'string' && indexedFields(kind).includes(field)
    const rows = indexed ? await withKey(this.database, keyOf(kind, field, value)) : await ofKind(this.database, kind)
    return laidOver<K>(kind, rows, this.overlay, (data) => data[field] === value)
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
