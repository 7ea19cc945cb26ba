/**
 * What a customer has typed and chosen, kept on the device until the server has acknowledged it. A small IndexedDB of its
 * own; where a browser has none (a private window), memory does for as long as the page is open.
 */
export interface Kept {
  /** Fields of the form, and the id under which it is sent every time. */
  fault: Record<string, string | boolean | null>
  /** Sent and not acknowledged yet: from now on it is sent as it is. */
  sent: boolean
  /** Acknowledged: by which link it is followed; photos may still be on their way. */
  token: string | null
  photos: { bytes: ArrayBuffer; done: boolean }[]
}

const NAME = 'onsite-guest'
const STORE = 'kept'
const memory = new Map<string, Kept>()

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE)
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error ?? new Error('no database'))
    asked.onblocked = () => reject(new Error('the database is blocked'))
  })
}

async function within<T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await database()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode)
      const asked = run(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(asked.result)
      transaction.onabort = () => reject(transaction.error ?? asked.error ?? new Error('not kept'))
    })
  } finally {
    opened.close()
  }
}

/** What is kept under a name: one form for each machine, and one for none. */
export async function recall(name: string): Promise<Kept | null> {
  const found = await within('readonly', (store) => store.get(name) as IDBRequest<Kept | undefined>).catch(() => undefined)
  return found ?? memory.get(name) ?? null
}

/** Keeps it; whether it will still be there when the page is closed. */
export async function keep(name: string, kept: Kept): Promise<boolean> {
  memory.set(name, kept)
  return within('readwrite', (store) => store.put(kept, name)).then(
    () => true,
    (error: unknown) => {
      console.warn('the form is kept in memory alone', error)
      return false
    },
  )
}

/** Everything has arrived: nothing has to be kept. */
export async function forget(name: string): Promise<void> {
  memory.delete(name)
  await within('readwrite', (store) => store.delete(name)).catch((error: unknown) => console.warn('not forgotten', error))
}
