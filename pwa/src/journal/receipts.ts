/** What the journal does with a server's answer: nothing is believed but what the receipt names. */
import type { Collection } from 'dexie'
import { newId } from '../protocol/ids'
import type { Entry, JournalState, Receipt, Verdict } from '../protocol/messages'
import { entryHash, GENESIS } from '../rules/journal'
import type { Fact, StoredEntry } from './database'
import { DOUBTS, type Journal } from './journal'

const CHECKPOINT = 'fact:checkpoint'

/** The part of an answer that concerns the journal. */
export interface JournalAnswer {
  /** The journal that was sent: an answer for another one (a fork was opened meanwhile) proves nothing. */
  journal: string
  server_time: string
  /** Names the past whose words the verdicts are. */
  checkpoint: string
  /** The database is another one than before: restored from a backup, or replaced. */
  restored: boolean
  /** Hashes of the photo files about which the request asked. */
  photos: readonly string[]
  /** The entries that the request carried: a server that got none may not know the journal at all. */
  sent: readonly Pick<Entry, 'id' | 'seq'>[]
  verdicts: readonly Verdict[]
  state: JournalState | null
  receipt: Receipt
}

/**
 * Takes an answer into the journal, in one transaction.
 *
 * @returns whether the server has forgotten something that it once had.
 */
export function settle(journal: Journal, answer: JournalAnswer): Promise<boolean> {
  const { entries, photos, state } = journal.database
  return journal.surviving(() =>
    journal.database.transaction('rw', entries, photos, state, async () => {
      await doubtOtherPasts(journal, answer.checkpoint)
      const changed = [
        await keepVerdicts(journal, answer.verdicts),
        await keepReceipt(journal, answer),
        await keepPhotoReceipts(journal, answer),
        await answerFork(journal, answer),
      ]
      const forgot = await answerRestore(journal, answer)
      if (forgot || changed.some(Boolean)) await journal.bump()
      return forgot
    }),
  )
}

/**
 * A server that was put back may have judged again what it had judged, and otherwise: a request from before the restore
 * reached it once more. So what it said before is asked for again.
 */
async function doubtOtherPasts({ database }: Journal, checkpoint: string): Promise<void> {
  const { entries, state } = database
  const before = (await state.get(CHECKPOINT)) as Fact | undefined
  if (before?.value === checkpoint) return
  await state.put({ key: CHECKPOINT, value: checkpoint })
  if (before === undefined) return
  await entries.filter(({ verdict }) => verdict !== null).modify({ doubted: 1 })
  await state.put({ key: DOUBTS, value: true })
}

async function keepVerdicts({ database }: Journal, verdicts: readonly Verdict[]): Promise<boolean> {
  const { entries, state } = database
  for (const verdict of verdicts) await entries.where({ id: verdict.id }).modify({ verdict, doubted: 0 })
  const doubts = (await state.get(DOUBTS)) !== undefined
  if (doubts && (await entries.filter(({ doubted }) => doubted === 1).count()) === 0) await state.delete(DOUBTS)
  return verdicts.length > 0
}

/**
 * The server has what it gave a verdict on, and every entry up to the receipt's if its chain is the one that is here: on
 * a phone that was put back to an earlier state other entries are in the same places.
 */
async function keepReceipt(journal: Journal, answer: JournalAnswer): Promise<boolean> {
  const judged = new Set(answer.verdicts.map(({ id }) => id))
  const sent = new Set(answer.sent.filter(({ id }) => judged.has(id)).map(({ seq }) => seq))
  const through = (await isOurChain(journal, answer)) ? answer.receipt.through : 0
  const taken = await journal.database.entries
    .where({ durable: 0 })
    .filter(({ journal: own, seq }) => own === answer.journal && (seq <= through || sent.has(seq)))
    .modify({ durable: 1, durable_at: answer.server_time })
  return taken > 0
}

async function isOurChain(journal: Journal, { journal: id, state }: Pick<JournalAnswer, 'journal' | 'state'>): Promise<boolean> {
  if (state === null) return true // a journal that the server does not know: then its receipt names nothing
  return !state.forked && state.hash === (await hashAt(journal, id, state.head))
}

/** Hash of the entry at a place, as far as it is known here: its own, or what the next one or the journal's end names. */
async function hashAt(journal: Journal, id: string, seq: number): Promise<string | undefined> {
  const { entries } = journal.database
  const head = await journal.head()
  if (head.journal === id && head.seq === seq) return head.hash
  return (await entries.get([id, seq]))?.hash ?? (await entries.get([id, seq + 1]))?.prev
}

/**
 * Files that it names are the server's now; those about which it was asked and does not name are not, or no longer. Told
 * from keys alone: a phone may wait with two hundred photos, and every answer comes through here.
 */
async function keepPhotoReceipts({ database: { photos } }: Journal, answer: JournalAnswer): Promise<boolean> {
  const there = new Set(answer.receipt.photos)
  const asked = new Set(answer.photos)
  const unsent = await photos.where({ stored: 0 }).primaryKeys()
  const kept = await photos.where({ stored: 1 }).primaryKeys()
  const arrived = unsent.filter((sha256) => there.has(sha256))
  const lost = kept.filter((sha256) => asked.has(sha256) && !there.has(sha256))
  // One after the other: each is read and written with its bytes.
  for (const sha256 of arrived) await photos.update(sha256, { stored: 1, stored_at: answer.server_time, upload_url: null })
  for (const sha256 of lost) await photos.update(sha256, { stored: 0, stored_at: '', upload_url: null })
  return arrived.length + lost.length > 0
}

/**
 * A server restored from a backup gets again what it no longer has: entries beyond the end that it knows go back to
 * unsent with their first content, those of other journals too where it is another database, and it is asked anew about
 * every photo. Once too often is harmless: a repeat changes nothing.
 */
async function answerRestore(journal: Journal, answer: JournalAnswer): Promise<boolean> {
  const { entries } = journal.database
  const beyond = [answer.journal, (await knownEnd(journal, answer)) + 1]
  const lost = await takeBack(entries.where('[journal+seq]').between(beyond, [answer.journal, Infinity], true, true))
  if (lost === 0 && !answer.restored) return false
  if (answer.restored) await takeBack(entries.filter(({ journal: own }) => own !== answer.journal))
  await journal.askAnewAboutPhotos()
  return true
}

/** The end of the journal as the server knows it, if that is one at which this phone's chain can end. */
async function knownEnd({ database }: Journal, { journal: id, state, sent, restored }: JournalAnswer): Promise<number> {
  if (state?.forked === true) return restored ? 0 : Number.MAX_SAFE_INTEGER
  if (state === null) return sent.length > 0 ? Number.MAX_SAFE_INTEGER : 0
  const last = await database.entries.get([id, state.head])
  // The server had this entry and has another in its place: it has forgotten that there were two.
  const another = last?.durable === 1 && state.hash !== '' && last.hash !== state.hash
  return another ? 0 : state.head
}

function takeBack(forgotten: Collection<StoredEntry>): Promise<number> {
  return forgotten
    .filter(({ durable }) => durable === 1)
    .modify({ durable: 0, durable_at: '', verdict: null, doubted: 0, overlay: 1 })
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
 * Deletes what is proven twice: a receipt names it as the server's, and as in a backup that was verified. Of another chain
 * than the one that is here the backup has other entries in the same places.
 */
export function prune(
  journal: Journal, id: string, receipt: Receipt, state: JournalState | null,
): Promise<{ entries: number; photos: number }> {
  const { entries, photos } = journal.database
  return journal.surviving(() =>
    journal.database.transaction('rw', entries, photos, journal.database.state, async () => ({
      entries: await entries
        .where('[journal+seq]')
        .between([id, 0], [id, (await isOurChain(journal, { journal: id, state })) ? receipt.backed_up_through : 0], true, true)
        .filter((entry) => entry.durable === 1 && entry.overlay === 0)
        .delete(),
      photos: await photos
        .where('sha256')
        .anyOf(receipt.backed_up_photos)
        .filter((photo) => photo.stored === 1)
        .delete(),
    })),
  )
}
