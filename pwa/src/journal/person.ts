/**
 * Who works here, once more: a browser writes localStorage to the disk some seconds later, and a phone that loses its
 * power right after the log-in would ask for it again, with no network to answer. What is in this database is there.
 */
import Dexie from 'dexie'
import { beside, PERSON_DATABASE, putBack, type Remembered } from '@/protocol/session'

const KEY = 'person'

async function within<T>(work: (database: Dexie) => PromiseLike<T>): Promise<T> {
  const database = new Dexie(PERSON_DATABASE, { chromeTransactionDurability: 'strict' })
  database.version(1).stores({ facts: 'key' })
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

/** Keeps a person beyond a loss of power; a phone that can't has what it had before. */
export async function keepPerson(session: Remembered): Promise<void> {
  if (beside()) return // a phone beside the desk lives as long as its tab
  await within((database) => database.table('facts').put({ key: KEY, session })).catch((error: unknown) => console.warn('the person was not kept', error))
}

/** The person that was kept, who is remembered again. */
export async function recallPerson(): Promise<Remembered | undefined> {
  if (beside() || !(await Dexie.exists(PERSON_DATABASE))) return undefined
  const row = (await within((database) => database.table('facts').get(KEY))) as { session?: unknown } | undefined
  return putBack(row?.session)
}
