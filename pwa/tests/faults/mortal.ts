/**
 * A phone's disk that outlives its process, and the process's end at one of its writes.
 *
 * A transaction is what IndexedDB makes durable, so each commit goes to a file, and there are two moments at each: before
 * it, with all that the transaction has written, and after it, when nobody has heard of it yet. The process is killed
 * there by SIGKILL: nothing of it goes on.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import type Dexie from 'dexie'
import { IDBTransaction as FakeTransaction } from 'fake-indexeddb'

/** What fake-indexeddb does not show: where it keeps what was written, and what would undo it. */
interface Inside {
  mode: IDBTransactionMode
  db: { name: string; _rawDatabase: RawDatabase }
  _scope: Set<string>
  _rollbackLog: unknown[]
  dispatchEvent: (event: Event) => boolean
}
interface RawDatabase {
  rawObjectStores: Map<string, { records: { values: () => Iterable<{ value: unknown }> } }>
}

/** Where the process ends: at the nth write of one kind, before that is durable or after. */
export interface Kill {
  write: string
  nth: number
  when: 'before' | 'after'
}

/** The disk of one phone: a file for each database, replaced at once with each commit. */
export class Disk {
  private readonly held: Record<string, Record<string, unknown[]>> = {}
  private keeping = false
  private kill: Kill | undefined
  /** Each write since then, as `database: its object stores`. */
  readonly writes: string[] = []

  constructor(private readonly folder: string) {
    const inside = FakeTransaction.prototype as unknown as Inside
    const tell = inside.dispatchEvent
    const committed = (transaction: Inside): void => this.committed(transaction)
    inside.dispatchEvent = function (this: Inside, event: Event) {
      if (event.type === 'complete') committed(this)
      return tell.call(this, event)
    }
  }

  /** Puts what earlier processes have left into a new one's databases. */
  async give(databases: readonly Dexie[]): Promise<void> {
    for (const database of databases) {
      const kept = this.read(database.name)
      this.held[database.name] = kept
      await database.open()
      for (const [table, rows] of Object.entries(kept)) await database.table(table).bulkPut(rows)
      database.close()
    }
    this.keeping = true
  }

  /** From now on the writes are counted, up to the one at which the process ends if there is one. */
  arm(kill: Kill | undefined): void {
    this.kill = kill
    this.writes.length = 0
  }

  private committed({ db, mode, _scope, _rollbackLog }: Inside): void {
    if (!this.keeping || mode !== 'readwrite' || _rollbackLog.length === 0) return
    const write = `${db.name.split('-')[1]}: ${[..._scope].sort().join(', ')}`
    this.writes.push(write)
    const last = this.kill?.write === write && this.kill.nth === this.writes.filter((one) => one === write).length
    if (!last || this.kill?.when === 'after') this.keep(db, _scope)
    if (last) process.kill(process.pid, 'SIGKILL')
  }

  private keep({ name, _rawDatabase }: Inside['db'], scope: Iterable<string>): void {
    const kept = (this.held[name] ??= {})
    for (const table of scope) kept[table] = [..._rawDatabase.rawObjectStores.get(table)!.records.values()].map(({ value }) => value)
    writeFileSync(`${this.file(name)}.new`, serialize(kept))
    renameSync(`${this.file(name)}.new`, this.file(name))
  }

  private read(name: string): Record<string, unknown[]> {
    return existsSync(this.file(name)) ? (deserialize(readFileSync(this.file(name))) as Record<string, unknown[]>) : {}
  }

  private file(name: string): string {
    return `${this.folder}/${name}`
  }
}
