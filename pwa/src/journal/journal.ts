/** The journal of one person on this phone: what was done, in order, until it is proven safe elsewhere. */
import { newId } from '../protocol/ids'
import type { JsonObject } from '../protocol/json'
import type { Entry } from '../protocol/messages'
import { entryHash, GENESIS } from '../rules/journal'
import { JournalDatabase, type Fact, type Head, type Revision, type StoredEntry, type StoredPhoto } from './database'
import { surviving } from './failures'

/** What a person does, before it has a place in the journal. */
export interface Draft {
  name: string
  version: number
  args: JsonObject
  /** Ids of mutations that it depends on, beside those that the journal finds itself. */
  after?: readonly string[]
  /** Ids of the records that it creates. */
  creates: readonly string[]
  /** Ids of the records that it names: whoever creates one of them comes before. */
  names: readonly string[]
}

/** When it was done, as the device knows it. */
export interface Moment {
  made_at: string
  mono_ms: number
  run: string
  offset_ms: number
}

export type NewPhoto = Pick<StoredPhoto, 'sha256' | 'bytes' | 'type' | 'photo_id' | 'order_id'>

export interface Counts {
  /** Entries that only this phone has. */
  entries: number
  /** Photo files that only this phone has. */
  photos: number
  /** Device time of the oldest entry that only this phone has. */
  oldest: string | null
}

/** How often the server is asked about photos that it has and this phone keeps. */
const CHECK_PHOTOS_EVERY_MS = 60 * 60 * 1000
const PHOTO_CHECK = 'photo_check'
const ASKED_ABOUT = 'asked_about'
/** The small fact under which the app's lock lies, if it has one. */
export const LOCK = 'lock'
/** There while entries may be doubted: looking for them reads a whole journal. */
export const DOUBTS = 'fact:doubts'

/** Sorts before every instant: not yet. */
const NEVER = ''

export class Journal {
  readonly database: JournalDatabase

  constructor(readonly person: string) {
    this.database = new JournalDatabase(person)
  }

  /** Runs one piece of work, through a lost connection if need be. */
  surviving<T>(work: () => PromiseLike<T>): Promise<T> {
    return surviving(this.database, work)
  }

  /** Reads several things in one transaction: a slow phone pays for each transaction more than for what it reads. */
  reading<T>(work: () => Promise<T>): Promise<T> {
    const { entries, photos, state } = this.database
    return this.surviving(() => this.database.transaction('r', entries, photos, state, work))
  }

  /**
   * Writes down what was done, with its photo's bytes, in one transaction: all of it or nothing.
   *
   * @throws StorageFull when the phone has no room: what was there stays.
   */
  append(draft: Draft, moment: Moment, photo?: NewPhoto): Promise<StoredEntry> {
    const { entries, photos, state } = this.database
    const id = newId() // outside: a second run after a lost connection must not write a second mutation
    return this.surviving(() =>
      this.database.transaction('rw', entries, photos, state, async () => {
        const written = await entries.where({ id }).first()
        if (written !== undefined) return written
        const entry = await this.next(id, draft, moment)
        await entries.add(entry)
        if (photo !== undefined) await this.keepPhoto(photo, entry.made_at)
        await state.put({ key: 'head', journal: entry.journal, seq: entry.seq, hash: entry.hash })
        await this.bump()
        return entry
      }),
    )
  }

  /** The entry that follows the journal's head. Hashed synchronously: the transaction must not end meanwhile. */
  private async next(id: string, draft: Draft, moment: Moment): Promise<StoredEntry> {
    const head = await this.head()
    const { offset_ms, ...time } = moment
    const entry: Entry = {
      id,
      journal: head.journal,
      seq: head.seq + 1,
      prev: head.hash,
      name: draft.name,
      version: draft.version,
      args: draft.args,
      after: await this.dependencies(draft),
      ...time,
    }
    return {
      ...entry,
      hash: entryHash(entry),
      offset_ms,
      durable: 0,
      overlay: 1,
      durable_at: NEVER,
      creates: [...draft.creates],
      verdict: null,
    }
  }

  /** Whoever creates what the draft names, unless the server has already applied it. */
  private async dependencies({ after = [], names }: Draft): Promise<string[]> {
    const makers = await this.database.entries.where('creates').anyOf([...names]).toArray()
    const open = makers.filter(({ verdict }) => verdict?.verdict !== 'applied' && verdict?.verdict !== 'merged')
    return [...new Set([...after, ...open.map(({ id }) => id)])]
  }

  private async keepPhoto(photo: NewPhoto, madeAt: string): Promise<void> {
    const known = await this.database.photos.get(photo.sha256)
    if (known !== undefined) return // the same picture twice: one file, two references
    await this.database.photos.add({
      ...photo,
      size: photo.bytes.byteLength,
      added_at: madeAt,
      stored: 0,
      stored_at: NEVER,
      upload_url: null,
    })
  }

  /** The journal's end; a journal begins with the first thing that is done. */
  async head(): Promise<Head> {
    const head = (await this.database.state.get('head')) as Head | undefined
    return head ?? { key: 'head', journal: newId(), seq: 0, hash: GENESIS }
  }

  /** Counts one more change; only within a writing transaction. */
  async bump(): Promise<void> {
    const before = (await this.database.state.get('revision')) as Revision | undefined
    await this.database.state.put({ key: 'revision', value: (before?.value ?? 0) + 1 })
  }

  /** A number that grows with every change of the journal. A live query that reads it runs again then. */
  async revision(): Promise<number> {
    const row = (await this.database.state.get('revision')) as Revision | undefined
    return row?.value ?? 0
  }

  /** Entries that only this phone has, in their order: the index ends in the primary key, journal and seq. */
  pending(most = Infinity): Promise<StoredEntry[]> {
    return this.surviving(() => this.database.entries.where({ durable: 0 }).limit(most).toArray())
  }

  /** Entries whose effects may still have to be laid over the store, in their order. */
  overlay(): Promise<StoredEntry[]> {
    return this.surviving(() => this.database.entries.where({ overlay: 1 }).sortBy('seq'))
  }

  /** Entries of a journal that the server has, and on which it may say something else since it was put back. */
  async doubted(journal: string, most: number): Promise<StoredEntry[]> {
    const { entries, state } = this.database
    if ((await this.surviving(() => state.get(DOUBTS))) === undefined) return []
    const own = (): Promise<StoredEntry[]> =>
      entries.where('[journal+seq]').between([journal, 0], [journal, Infinity])
        .filter(({ durable, doubted }) => durable === 1 && doubted === 1).limit(most).toArray()
    return this.surviving(own)
  }

  /** The lowest seq of a journal that is still here; one past its end when all is pruned. */
  keptFrom(journal: string): Promise<number> {
    const { entries, state } = this.database
    return this.surviving(() =>
      this.database.transaction('r', entries, state, async () => {
        const first = await entries.where('[journal+seq]').between([journal, 0], [journal, Infinity]).first()
        return first?.seq ?? (await this.head()).seq + 1
      }),
    )
  }

  /** Hashes of photos whose file only this phone has. */
  unsentHashes(most: number): Promise<string[]> {
    return this.surviving(() => this.database.photos.where({ stored: 0 }).limit(most).primaryKeys())
  }

  /**
   * The journal whose state is asked for when nothing is to be sent: the one that is written, and in turn with it those
   * that a fork has left behind, until nothing of them is here any more.
   */
  async nextToAskAbout(): Promise<{ journal: string | null; inTurn: boolean }> {
    const { journal, seq } = await this.head()
    const others = (await this.journals()).filter((one) => one !== journal)
    if (others.length === 0) return { journal: seq > 0 ? journal : null, inTurn: false }
    const turn = [journal, ...others]
    const next = turn[(turn.indexOf((await this.fact<string>(ASKED_ABOUT)) ?? '') + 1) % turn.length] as string
    return { journal: next, inTurn: true }
  }

  /** Notes whose turn it was. */
  askedAbout(journal: string | null): Promise<void> {
    return this.setFact(ASKED_ABOUT, journal)
  }

  private journals(): Promise<string[]> {
    return this.surviving(async () => {
      const found: string[] = []
      for (;;) {
        const first = await this.database.entries.where('[journal+seq]').above([found.at(-1) ?? '', Infinity]).first()
        if (first === undefined) return found
        found.push(first.journal)
      }
    })
  }

  /**
   * Hashes of photos that the server has and this phone still keeps, about which it has to be asked again: whether it
   * still has them, and whether a backup does.
   *
   * @param now device time, in milliseconds
   */
  async photosToCheck(most: number, now: number): Promise<string[]> {
    const { after, at } = await this.photoCheck()
    if (after === '' && Math.abs(now - at) < CHECK_PHOTOS_EVERY_MS) return []
    const kept = await this.surviving(() => this.database.photos.where({ stored: 1 }).primaryKeys())
    return kept.filter((sha256) => sha256 > after).sort().slice(0, most)
  }

  /** Notes that the server has answered about these, fewer than `most` being the last ones. */
  async photosChecked(asked: readonly string[], most: number, now: number): Promise<void> {
    const { after } = await this.photoCheck()
    if (asked.length === 0 && after === '') return
    const last = asked.length < most ? '' : (asked.at(-1) ?? '')
    await this.setFact(PHOTO_CHECK, { after: last, at: now })
  }

  /** All kept photos are to be asked about from the start. */
  async askAnewAboutPhotos(): Promise<void> {
    await this.dropFact(PHOTO_CHECK)
  }

  private async photoCheck(): Promise<{ after: string; at: number }> {
    return (await this.fact(PHOTO_CHECK)) ?? { after: '', at: 0 }
  }

  /** Photos whose file only this phone has, in the order of their hashes; read one at a time, for memory's sake. */
  async *unsentPhotos(): AsyncGenerator<StoredPhoto> {
    for (const sha256 of await this.unsentHashes(Infinity)) {
      const photo = await this.photo(sha256)
      if (photo?.stored === 0) yield photo
    }
  }

  /** A photo's bytes, while they are on this phone. */
  photo(sha256: string): Promise<StoredPhoto | undefined> {
    return this.surviving(() => this.database.photos.get(sha256))
  }

  /** Of photos whose bytes are here, whether the server has the file; read without their bytes. */
  async photoStates(hashes: readonly string[]): Promise<Map<string, boolean>> {
    const wanted = new Set(hashes)
    const states = new Map<string, boolean>()
    for (const stored of [0, 1] as const) {
      const keys = await this.surviving(() => this.database.photos.where({ stored }).primaryKeys())
      for (const sha256 of keys) if (wanted.has(sha256)) states.set(sha256, stored === 1)
    }
    return states
  }

  /** Entries that the server has taken since an instant, in their order. */
  taken(instant: string): Promise<StoredEntry[]> {
    return this.surviving(() =>
      this.database.entries.where('[durable+durable_at]').between([1, instant], [1, '\uffff']).sortBy('seq'),
    )
  }

  /** Remembers where an upload goes on after a cut. */
  async rememberUpload(sha256: string, url: string | null): Promise<void> {
    await this.surviving(() => this.database.photos.update(sha256, { upload_url: url }))
  }

  /** What is only on this phone. */
  counts(): Promise<Counts> {
    const { entries, photos } = this.database
    return this.surviving(() =>
      this.database.transaction('r', entries, photos, async () => {
        // Two queries: first() leaves its limit of one on the query that it is asked of.
        const oldest = (await entries.where({ durable: 0 }).first())?.made_at ?? null
        const unsent = await entries.where({ durable: 0 }).count()
        return { entries: unsent, photos: await photos.where({ stored: 0 }).count(), oldest }
      }),
    )
  }

  /** How many entries the server has taken for good since an instant. */
  provenSince(instant: string): Promise<number> {
    return this.surviving(() =>
      this.database.entries.where('[durable+durable_at]').between([1, instant], [1, '\uffff']).count(),
    )
  }

  /** A fact that is written once: what another tab wrote meanwhile stands. */
  firstFact<T>(key: string, value: T): Promise<T> {
    const { state } = this.database
    return this.surviving(() =>
      this.database.transaction('rw', state, async () => {
        const known = (await state.get(`fact:${key}`)) as Fact | undefined
        if (known === undefined) await state.put({ key: `fact:${key}`, value })
        return known === undefined ? value : (known.value as T)
      }),
    )
  }

  /** A small fact that must survive a restart. */
  async fact<T>(key: string): Promise<T | undefined> {
    const row = (await this.surviving(() => this.database.state.get(`fact:${key}`))) as Fact | undefined
    return row?.value as T | undefined
  }

  setFact(key: string, value: unknown): Promise<void> {
    return this.setFacts({ [key]: value })
  }

  /** Several at once: each write is waited for until it is on the disk. */
  async setFacts(facts: Record<string, unknown>): Promise<void> {
    const rows = Object.entries(facts).map(([key, value]) => ({ key: `fact:${key}`, value }))
    await this.surviving(() => this.database.state.bulkPut(rows))
  }

  async dropFact(key: string): Promise<void> {
    await this.surviving(() => this.database.state.delete(`fact:${key}`))
  }

  /** The next number of a series that never repeats on this phone: provisional document numbers. */
  nextNumber(series: string): Promise<number> {
    const key = `fact:number:${series}`
    const { state } = this.database
    return this.surviving(() =>
      this.database.transaction('rw', state, async () => {
        const row = (await state.get(key)) as Fact | undefined
        const next = Number(row?.value ?? 0) + 1
        await state.put({ key, value: next })
        return next
      }),
    )
  }

  close(): void {
    this.database.close()
  }
}
