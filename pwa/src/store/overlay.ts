/** The overlay: what was done on this phone and is not in the store yet, laid over it by replay of the same effects. */
import type { Journal } from '../journal/journal'
import type { StoredEntry } from '../journal/database'
import { hasLanded } from '../journal/receipts'
import { hasReached, readCursor } from '../protocol/cursor'
import { replay, targetsOf, type Meta } from '../rules/effects'
import type { Data } from '../rules/tables'
import { find } from './boxes'
import type { Standing, StoreDatabase } from './database'
import { standingOf } from './pages'

/** `kind` → `id` → data as the person sees it. */
export type Overlay = ReadonlyMap<string, ReadonlyMap<string, Data>>

const keyOf = (kind: string, id: string): string => `${kind} ${id}`

/** The device's best estimate of when it was done: what the server will find again from the same figures. */
function metaOf(entry: StoredEntry, actor: string): Meta {
  const madeAt = new Date(Date.parse(entry.made_at) + entry.offset_ms).toISOString()
  return { actor, made_at: madeAt, id: entry.id, journal: entry.journal, seq: entry.seq }
}

/** Replays entries in their order over what the store holds. */
export async function overlayOf(
  entries: readonly StoredEntry[],
  person: string,
  read: (keys: [string, string][]) => Promise<(Data | undefined)[]>,
): Promise<Overlay> {
  const steps = entries.map((entry) => ({ entry, meta: metaOf(entry, person) }))
  const touched = new Map<string, [string, string]>()
  for (const { entry, meta } of steps)
    for (const { kind, id } of targetsOf(entry.name, entry.args, meta)) touched.set(keyOf(kind, id), [kind, id])
  const keys = [...touched.values()]
  const base = await read(keys)
  const data = new Map<string, Data | undefined>(keys.map(([kind, id], at) => [keyOf(kind, id), base[at]]))
  const overlay = new Map<string, Map<string, Data>>()
  for (const { entry, meta } of steps)
    for (const write of replay(entry.name, entry.args, meta, (kind, id) => data.get(keyOf(kind, id))).values()) {
      data.set(keyOf(write.kind, write.id), write.data)
      const kind = overlay.get(write.kind) ?? new Map<string, Data>()
      overlay.set(write.kind, kind.set(write.id, write.data))
    }
  return overlay
}

/**
 * Whether a copy shows what became visible at a position. Not between two pages: there a record may have moved on in the
 * feed, and what was done to it before comes with a later page.
 */
export function shownBy({ cursor, atHead }: Standing): (position: number) => boolean {
  const view = readCursor(cursor)
  return (position) => atHead && hasReached(view, position)
}

/** Keeps the overlay until the journal or the store changes: many questions, one replay. */
export class OverlayCache {
  private made = ''
  private overlay: Promise<Overlay> | undefined

  constructor(
    private readonly journal: Journal,
    private readonly store: StoreDatabase,
  ) {}

  async current(): Promise<Overlay> {
    // Read within the live query on purpose: these two rows are what makes it run again.
    const [standing, revision] = await Promise.all([standingOf(this.store), this.journal.revision()])
    const made = `${revision} ${standing.epoch} ${standing.atHead} ${standing.cursor ?? ''}`
    if (this.overlay === undefined || made !== this.made) {
      this.made = made
      this.overlay = this.build(standing)
      this.overlay.catch(() => (this.overlay = undefined))
    }
    return await this.overlay
  }

  private async build(standing: Standing): Promise<Overlay> {
    const entries = await this.journal.overlay()
    const open = entries.filter((entry) => !hasLanded(entry, shownBy(standing)))
    return overlayOf(open, this.journal.person, async (keys) => {
      const rows = await find(this.store, keys)
      return rows.map((row) => row?.data)
    })
  }
}
