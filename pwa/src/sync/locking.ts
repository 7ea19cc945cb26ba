/** The app lock at work: set, opened at each start, taken off (docs/decisions/0013). */
import { closeAtRest, rewriteJournal } from '../journal/atRest'
import { cipherOf } from '../journal/cipher'
import { LOCK, type Journal } from '../journal/journal'
import { newLock, type Lock } from './lock'
import type { Store } from '../store/store'
import { leaderOf } from './leader'

/** Another tab works with the key: it would write what nobody could open any more. */
export class OpenElsewhere extends Error {}

/** How long another tab may take to close. */
const PATIENCE_MS = 1_500

/** Of the app in the background. */
const AWHILE_MS = 15 * 60_000

const RELEASES = new WeakMap<Journal, () => void>()

const nameOf = ({ person }: Journal): string => `onsite-open-${person}`

/** Whether this browser can lock at all: it offers encryption, and locks between tabs, on trusted addresses alone. */
export const canLockApp = (): boolean => globalThis.crypto?.subtle !== undefined && (navigator as Partial<Navigator>).locks !== undefined

/** Says to other tabs that this one works with the key, as long as it lives. */
function hold(journal: Journal): Promise<void> {
  return new Promise((granted, refused) => {
    const held = (): Promise<void> =>
      new Promise((release) => {
        RELEASES.set(journal, release)
        granted()
      })
    navigator.locks.request(nameOf(journal), { mode: 'shared' }, held).catch(refused)
  })
}

/**
 * Opens both databases with the key; what is not closed yet is closed now.
 *
 * @throws an Error for another key
 */
export async function openWith(journal: Journal, store: Store, key: Uint8Array): Promise<void> {
  await hold(journal)
  const lock = await journal.fact<Lock>(LOCK)
  if (lock === undefined) return // taken off meanwhile, in another tab
  const cipher = cipherOf(key)
  journal.database.close({ disableAutoOpen: false })
  closeAtRest(journal.database, cipher)
  await journal.database.open()
  await store.openWith(cipher)
  if (lock.whole) return
  await rewriteJournal(journal.database)
  await store.rewrite()
  await journal.setFact(LOCK, { ...lock, whole: true } satisfies Lock)
}

/** Asks for the words again when the person comes back after a while; a page that is killed asks anyway. */
export function lockAgain(now: () => number = Date.now): void {
  let hidden = now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') hidden = now()
    else if (now() - hidden > AWHILE_MS) location.reload()
  })
}

/**
 * Sets the lock; it closes what is here when the app is opened the next time. No other window may be open: one of an older
 * version of the app knows of no lock, and would send closed work as if it were readable.
 *
 * @param installation its public key, so that it can help when the words are forgotten
 * @throws OpenElsewhere while another window is open
 */
export async function lockApp(journal: Journal, words: string, installation: string): Promise<void> {
  const { held = [], pending = [] } = await navigator.locks.query()
  const windows = [...held, ...pending].filter(({ name }) => name === leaderOf(journal.person)) // each leads or waits to
  if (windows.length > 1) throw new OpenElsewhere('another window is open')
  await journal.setFact(LOCK, await newLock(words, journal.person, installation))
}

/**
 * Takes the lock off: all is written open again, and only then the key is forgotten.
 *
 * @throws OpenElsewhere while another tab is open
 */
export async function unlockApp(journal: Journal, store: Store): Promise<void> {
  RELEASES.get(journal)?.()
  try {
    await navigator.locks.request(nameOf(journal), { signal: AbortSignal.timeout(PATIENCE_MS) }, () => openAll(journal, store))
  } catch (error) {
    await hold(journal)
    throw error instanceof DOMException && error.name === 'TimeoutError' ? new OpenElsewhere('another tab is open') : error
  }
}

async function openAll(journal: Journal, store: Store): Promise<void> {
  const lock = await journal.fact<Lock>(LOCK)
  const { cipher } = store.database
  if (lock === undefined || cipher === undefined) return
  await journal.setFact(LOCK, { ...lock, whole: false } satisfies Lock)
  cipher.closing = false
  await rewriteJournal(journal.database)
  await store.rewrite()
  await journal.dropFact(LOCK)
}
