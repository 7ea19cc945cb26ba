/** What the journal does with a server's answer: nothing is believed but what the receipt names. */
import { newId } from '../protocol/ids'
import type { JournalState, Receipt, Verdict } from '../protocol/messages'
import { entryHash, GENESIS } from '../rules/journal'
import type { StoredEntry } from './database'
import type { Journal } from './journal'

/** The part of an answer that concerns the journal. */
export interface JournalAnswer {
  /** The journal that was sent: an answer for another one (a fork was opened meanwhile) proves nothing. */
  journal: string
  server_time: string
  /** The database is another one than before: restored from a backup, or replaced. */
  restored: boolean
  /** How many entries the request carried: a server that got none may not know the journal at all. */
  sent: number
  verdicts: readonly Verdict[]
  state: JournalState | null
  receipt: Receipt
}

/** Takes an answer into the journal, in one transaction. */
export function settle(journal: Journal, answer: JournalAnswer): Promise<void> {
  const { entries, photos, state } = journal.database
  return journal.surviving(() =>
    journal.database.transaction('rw', entries, photos, state, async () => {
      const changed = [
        await keepVerdicts(journal, answer.verdicts),
        await keepReceipt(journal, answer),
        await keepPhotoReceipts(journal, answer),
        await answerRestore(journal, answer),
        await answerFork(journal, answer),
      ]
      if (changed.some(Boolean)) await journal.bump()
    }),
  )
}

async function keepVerdicts(journal: Journal, verdicts: readonly Verdict[]): Promise<boolean> {
  for (const verdict of verdicts) await journal.database.entries.where({ id: verdict.id }).modify({ verdict })
  return verdicts.length > 0
}

/** Every entry up to the receipt's is the server's now. */
async function keepReceipt(journal: Journal, answer: JournalAnswer): Promise<boolean> {
  const taken = await journal.database.entries
    .where('[journal+seq]')
    .between([answer.journal, 0], [answer.journal, answer.receipt.through], true, true)
    .filter((entry) => entry.durable === 0)
    .modify({ durable: 1, durable_at: answer.server_time })
  return taken > 0
}

async function keepPhotoReceipts(journal: Journal, answer: JournalAnswer): Promise<boolean> {
  const stored = await journal.database.photos
    .where('sha256')
    .anyOf(answer.receipt.photos)
    .filter((photo) => photo.stored === 0)
    .modify({ stored: 1, stored_at: answer.server_time, upload_url: null })
  return stored > 0
}

/**
 * A server restored from a backup gets again what it no longer has: entries beyond the end that it knows go back to
 * unsent with their first content; photos that the backup can't hold go back too (the next receipt names those that are
 * there after all). Asking once too often is harmless: a repeat changes nothing.
 */
async function answerRestore(journal: Journal, answer: JournalAnswer): Promise<boolean> {
  const lost = await forgottenEntries(journal, answer)
  if (lost === 0 && !answer.restored) return false
  const horizon = answer.receipt.backed_up_through ?? ''
  const there = new Set(answer.receipt.photos)
  await journal.database.photos
    .where('[stored+stored_at]')
    .between([1, horizon], [1, '\uffff'])
    .filter((photo) => !there.has(photo.sha256))
    .modify({ stored: 0, stored_at: '', upload_url: null })
  return true
}

/** Takes back to unsent what lies beyond the end of the journal as the server knows it. */
async function forgottenEntries(journal: Journal, { journal: id, state, sent }: JournalAnswer): Promise<number> {
  if (state?.forked === true || (state === null && sent > 0)) return 0
  return journal.database.entries
    .where('[journal+seq]')
    .between([id, (state?.head ?? 0) + 1], [id, Infinity])
    .filter((entry) => entry.durable === 1)
    .modify({ durable: 0, durable_at: '', verdict: null, overlay: 1 })
}

/** Two phones continued one journal: what is unsent here moves to a new one, under the same mutation ids. */
async function answerFork(journal: Journal, answer: JournalAnswer): Promise<boolean> {
  const head = await journal.head()
  if (answer.state?.forked !== true || head.journal !== answer.journal) return false
  const unsent = await journal.database.entries.where({ durable: 0 }).sortBy('seq')
  const moved = rechained(unsent, newId())
  await journal.database.entries.bulkDelete(unsent.map(({ journal: old, seq }) => [old, seq]))
  await journal.database.entries.bulkAdd(moved.entries)
  await journal.database.state.put({ key: 'head', ...moved.head })
  return true
}

function rechained(
  unsent: readonly StoredEntry[],
  journal: string,
): { entries: StoredEntry[]; head: { journal: string; seq: number; hash: string } } {
  const head = { journal, seq: 0, hash: GENESIS }
  const entries = unsent.map((entry) => {
    const moved = { ...entry, journal, seq: head.seq + 1, prev: head.hash }
    head.seq = moved.seq
    head.hash = entryHash(moved)
    return { ...moved, hash: head.hash }
  })
  return { entries, head }
}

/** Whether the store's feed already shows what an entry did (or never will, because it is held). */
export function hasLanded(entry: StoredEntry, reached: (position: number) => boolean): boolean {
  const { verdict, durable } = entry
  if (verdict === null || durable === 0 || verdict.verdict === 'waiting') return false
  return verdict.position === null || reached(verdict.position)
}

/** Takes out of the overlay what the store shows by itself. */
export function leaveOverlay(journal: Journal, reached: (position: number) => boolean): Promise<void> {
  const { entries, state } = journal.database
  return journal.surviving(() =>
    journal.database.transaction('rw', entries, state, async () => {
      const left = await entries
        .where({ overlay: 1 })
        .filter((entry) => hasLanded(entry, reached))
        .modify({ overlay: 0 })
      if (left > 0) await journal.bump()
    }),
  )
}

/**
 * Deletes what is proven twice: the server's receipt names it, and a backup made after that receipt holds it.
 *
 * @param horizon `backed_up_through`; without a backup nothing is deleted.
 */
export function prune(journal: Journal, horizon: string | null): Promise<{ entries: number; photos: number }> {
  if (horizon === null) return Promise.resolve({ entries: 0, photos: 0 })
  const { entries, photos, state } = journal.database
  return journal.surviving(() =>
    journal.database.transaction('rw', entries, photos, state, async () => ({
      entries: await entries
        .where('[durable+durable_at]')
        .between([1, ''], [1, horizon], true, true)
        .filter((entry) => entry.overlay === 0)
        .delete(),
      photos: await photos.where('[stored+stored_at]').between([1, ''], [1, horizon], true, true).delete(),
    })),
  )
}
