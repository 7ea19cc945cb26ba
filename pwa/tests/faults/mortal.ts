/**
 * A phone that is killed at one of its writes. What was committed is on its disk; what was not never was; nothing of the
 * killed app goes on: its databases never answer again, and neither does the network.
 *
 * A transaction is what IndexedDB makes durable, so there are two moments at each: before its commit, with all that it
 * has written, and after it, when nobody has heard of it yet.
 */
import Dexie from 'dexie'
import { IDBFactory as FakeFactory, IDBTransaction as FakeTransaction } from 'fake-indexeddb'
import { JournalDatabase } from '@/journal/database'
import { StoreDatabase } from '@/store/database'
import { httpTransport, type Transport } from '@/sync/transport'

/** What is on a phone: by database and object store. */
export type Disk = Record<string, Record<string, unknown[]>>

/** What fake-indexeddb does not show: where it keeps what was written, and what would undo it. */
interface Inside {
  mode: IDBTransactionMode
  db: { name: string; _rawDatabase: RawDatabase }
  _scope: Set<string>
  _rollbackLog: unknown[]
  _start: () => void
  dispatchEvent: (event: Event) => boolean
}
interface RawDatabase {
  rawObjectStores: Map<string, { records: { values: () => Iterable<{ value: unknown }> } }>
}

/** Where a life ends: at the nth write of one kind, before that is durable or after. */
export interface Kill {
  write: string
  nth: number
  when: 'before' | 'after'
}

const OPENED = new WeakMap<RawDatabase, Life>()
const NEVER = new Promise<never>(() => undefined)

/** From a start of the app to its end by a kill, or by itself. */
export class Life {
  private readonly factory = new FakeFactory()
  private counting = false
  private end: () => void = () => undefined
  readonly killed = new Promise<'killed'>((resolve) => (this.end = () => resolve('killed')))
  dead = false
  /** Each write, as `database: its object stores`. */
  readonly writes: string[] = []

  /** @param disk that it starts from, and leaves behind */
  private constructor(
    readonly disk: Disk,
    private readonly kill: Kill | undefined,
  ) {}

  static async start(person: string, disk: Disk, kill?: Kill): Promise<Life> {
    const life = new Life(disk, kill)
    Dexie.dependencies.indexedDB = life.factory
    for (const database of [new JournalDatabase(person), new StoreDatabase(person)] as Dexie[]) {
      await database.open()
      const raw = (database.backendDB() as unknown as Inside['db'])._rawDatabase
      OPENED.set(raw, life)
      for (const [table, rows] of Object.entries(disk[database.name] ?? {})) await database.table(table).bulkPut(rows)
      database.close()
    }
    life.counting = true
    return life
  }

  /** Whether the app hears that a transaction is durable. */
  commits({ db, mode, _scope, _rollbackLog }: Inside): boolean {
    if (!this.counting || mode !== 'readwrite' || _rollbackLog.length === 0) return true
    const write = `${db.name.split('-')[1]}: ${[..._scope].sort().join(', ')}`
    this.writes.push(write)
    const last = this.kill?.write === write && this.kill.nth === this.writes.filter((one) => one === write).length
    if (!last || this.kill?.when === 'after') this.keep(db, _scope)
    if (last) this.die()
    return !last
  }

  private keep({ name, _rawDatabase }: Inside['db'], scope: Iterable<string>): void {
    const kept = (this.disk[name] ??= {})
    for (const table of scope) kept[table] = [..._rawDatabase.rawObjectStores.get(table)!.records.values()].map(({ value }) => value)
  }

  private die(): void {
    this.dead = true
    this.end()
  }

  /** The network, as long as it lives. */
  readonly transport: Transport = {
    sync: async (request) => {
      if (this.dead) return NEVER
      const answer = await httpTransport().sync(request)
      return this.dead ? NEVER : answer
    },
  }
}

const inside = FakeTransaction.prototype as unknown as Inside
const { _start: start, dispatchEvent: tell } = inside
inside._start = function (this: Inside) {
  if (OPENED.get(this.db._rawDatabase)?.dead !== true) start.call(this)
}
inside.dispatchEvent = function (this: Inside, event: Event) {
  const heard = event.type !== 'complete' || (OPENED.get(this.db._rawDatabase)?.commits(this) ?? true)
  return heard ? tell.call(this, event) : true
}
