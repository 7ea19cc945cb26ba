/** One round trip: the outbox goes up, the feed comes down, and only what the answer names is believed. */
import type { Counts, Journal } from '../journal/journal'
import { leaveOverlay, prune, settle } from '../journal/receipts'
import { readCursor } from '../protocol/cursor'
import { PROTOCOL, type Entry, type ErrorAnswer, type SyncAnswer, type SyncRequest, type Verdict } from '../protocol/messages'
import type { Standing } from '../store/database'
import { shownBy } from '../store/overlay'
import type { Store } from '../store/store'
import { batchOf, type BatchSize } from './batch'
import type { DeviceClock } from './clock'
import type { Transport } from './transport'

export interface Ports {
  journal: Journal
  store: Store
  transport: Transport
  clock: DeviceClock
  size: BatchSize
  /** Version of the app, and hash of the kinds that it knows. */
  app: string
  schema: string
  /** Told what is on its way, for the strip. */
  sending?: (count: number) => void
}

export type Outcome =
  /** Everything is up and the feed's head is reached. */
  | { done: true }
  /** There is more: go again at once. */
  | { done: false; why: 'more' }
  /** Nobody answered, or somebody who is not our server. */
  | { done: false; why: 'offline' }
  | { done: false; why: 'login'; error: ErrorAnswer }
  | { done: false; why: 'error'; error: ErrorAnswer }

/** Changes in a page: each has its own transaction, and its own request behind it. */
const PAGE = 1_000
/** How often the copy is compared with the server's. */
const COMPARE_EVERY_MS = 12 * 60 * 60 * 1000
/** Entries that are asked about again: their verdict may have come since. */
const ASK_AGAIN = 50
/** Nothing is in a journal yet, or no more since a fork opened a new one: there may be photos all the same. */
const NO_JOURNAL = ''
/** Photo files about which one request asks. */
const PHOTOS_ASKED = 200

interface Sent {
  request: SyncRequest
  mono: number
  /** Of the photos asked about those that the server once had. */
  checked: string[]
  before: Progress
}

interface Outgoing {
  counts: Counts
  /** The journal that is spoken of, and whether it is its turn among several. */
  named: string | null
  inTurn: boolean
  mutations: Entry[]
  checked: string[]
  kept_from: number | null
  unsent: string[]
  compared_at: number | undefined
}

async function compose(ports: Ports): Promise<Sent> {
  const { journal, store, clock } = ports
  const standing = await store.standing()
  const { counts, named, inTurn, mutations, compared_at, ...asked } = await journal.reading(() => outgoing(ports))
  if (inTurn) await journal.askedAbout(named)
  const request: SyncRequest = {
    protocol: PROTOCOL,
    schema: ports.schema,
    app: ports.app,
    clock: { device_time: new Date(clock.now()).toISOString(), mono_ms: clock.mono(), run: clock.run },
    status: { pending: counts.entries, pending_photos: counts.photos, oldest_unsent: counts.oldest, locked: store.locked },
    person: journal.person,
    journal: named,
    kept_from: asked.kept_from,
    mutations: mutations.filter(({ journal: one }) => one === named),
    photos: [...asked.unsent, ...asked.checked],
    pull: await wish(ports, standing, compared_at),
  }
  return { request, mono: clock.mono(), checked: asked.checked, before: { pending: counts.entries, cursor: standing.cursor, atHead: standing.atHead } }
}

/** What the journal has to say, of one moment; within one transaction, for a page's round is mostly made of them. */
async function outgoing({ journal, size, clock }: Ports): Promise<Outgoing> {
  const counts = await journal.counts()
  const mutations = batchOf(await journal.pending(size.limit), size.limit)
  const turn = mutations.length === 0 ? await journal.nextToAskAbout() : undefined
  const named = turn?.journal ?? mutations[0]?.journal ?? null
  if (mutations.length === counts.entries) mutations.push(...(await unsettled(journal, named)))
  return {
    counts,
    named,
    inTurn: turn?.inTurn === true,
    mutations,
    checked: await journal.photosToCheck(PHOTOS_ASKED, clock.now()),
    kept_from: named === null ? null : await journal.keptFrom(named),
    unsent: await journal.unsentHashes(PHOTOS_ASKED),
    compared_at: await journal.fact<number>('compared_at'),
  }
}

async function wish({ store, clock }: Ports, standing: Standing, comparedAt: number | undefined): Promise<SyncRequest['pull']> {
  const isTimeToCompare = comparedAt === undefined || Math.abs(clock.now() - comparedAt) > COMPARE_EVERY_MS
  const have = await store.have(standing)
  return { cursor: standing.cursor, limit: PAGE, digests: standing.atHead && isTimeToCompare, ...(have === undefined ? {} : { have }) }
}

/** What of a journal the server has, without its last word: it waits, the answer was another request's, it was put back. */
async function unsettled(journal: Journal, named: string | null): Promise<Entry[]> {
  if (named === null) return []
  const overlay = await journal.overlay()
  const open = overlay.filter(({ journal: own, durable, verdict }) => own === named && durable === 1 && isOpen(verdict))
  const doubted = await journal.doubted(named, ASK_AGAIN)
  const asked = [...open, ...doubted.filter(({ verdict }) => !isOpen(verdict))]
  return batchOf(asked.sort((a, b) => a.seq - b.seq), ASK_AGAIN)
}

function isOpen(verdict: Verdict | null): boolean {
  return verdict === null || verdict.verdict === 'waiting'
}

/**
 * Takes an answer in: first the journal (what is safe), then the store (what is new), then what may go. Between the pages
 * of a download nothing may go yet, and nothing is noted but what cannot wait: each write of the journal waits for the disk.
 *
 * @returns where the copy stands now
 */
async function take(ports: Ports, sent: Sent, answer: SyncAnswer): Promise<Standing> {
  const { journal, store, clock } = ports
  const estimate = clock.learn(answer.server_time, sent.mono)
  await takeReceipt(ports, sent, answer)
  await takePage(store, sent.request, answer)
  await compare(ports, answer)
  const facts = { ...(answer.more ? {} : { last_sync: answer.server_time }), ...(estimate === undefined ? {} : { clock: estimate }) }
  if (Object.keys(facts).length > 0) await journal.setFacts(facts)
  const standing = await store.standing()
  await tidy(ports, standing, sent.request, answer)
  return standing
}

async function takeReceipt({ journal, clock }: Ports, { request, checked }: Sent, answer: SyncAnswer): Promise<void> {
  const forgot = await settle(journal, {
    journal: request.journal ?? NO_JOURNAL,
    server_time: answer.server_time,
    checkpoint: answer.checkpoint,
    restored: isAnotherDatabase(request, answer),
    photos: request.photos,
    sent: request.mutations,
    verdicts: answer.verdicts,
    state: answer.journal,
    receipt: answer.receipt,
  })
  if (!forgot) await journal.photosChecked(checked, PHOTOS_ASKED, clock.now())
}

/** Cursors carry a token that a restored database does not know: so nobody needs to announce a restore. */
function isAnotherDatabase({ pull }: SyncRequest, { checkpoint }: SyncAnswer): boolean {
  const sent = pull?.cursor ?? null
  return sent !== null && readCursor(sent).checkpoint !== checkpoint
}

/** A server that does not know our cursor starts the copy over; the old copy stays until the new one is complete. */
async function takePage(store: Store, request: SyncRequest, answer: SyncAnswer): Promise<void> {
  if (isAnotherDatabase(request, answer)) return store.startOver()
  const { changes, cursor, scope, more, same = [] } = answer
  await store.applyPage({ sent: request.pull?.cursor ?? null, changes, cursor, scope, more, same })
}

/** Proves now and then that the copy is the server's; one that is not is repaired: only what differs comes again. */
async function compare({ journal, store, clock }: Ports, { digests, more, cursor }: SyncAnswer): Promise<void> {
  if (digests === null || more || cursor === null) return
  const different = await store.differing(cursor, digests)
  if (different === undefined) return
  await journal.setFact('compared_at', clock.now())
  if (different.length === 0) return
  console.error('the copy differs from the server and is repaired', different)
  await store.startOver()
}

/** What may leave the phone now: the overlay, channels out of scope, what a backup holds. */
async function tidy({ journal, store }: Ports, standing: Standing, request: SyncRequest, { receipt, journal: state, verdicts }: SyncAnswer): Promise<void> {
  if (standing.atHead || verdicts.length > 0) await leaveOverlay(journal, shownBy(standing))
  if (standing.leaving.length > 0) {
    const { entries, photos } = await journal.counts()
    if (entries + photos === 0) await store.purgeLeaving()
  }
  if (receipt.backed_up_through > 0 || receipt.backed_up_photos.length > 0) await prune(journal, request.journal ?? NO_JOURNAL, receipt, state)
}

interface Progress {
  pending: number
  cursor: string | null
  atHead: boolean
}

/** An answer that leaves everything as it was must not be asked for again at once. */
const STUCK: ErrorAnswer = { onsite: 'error', number: 0, code: 'no_progress', message: 'the server takes nothing more' }

/** News is answered at once with the new cursor: only that tells the desk that an order is on the phone. */
async function outcomeOf({ journal }: Ports, before: Progress, { cursor, atHead }: Standing, news: boolean): Promise<Outcome> {
  if (!atHead && before.cursor !== cursor) return { done: false, why: 'more' }
  const after = { pending: (await journal.counts()).entries, cursor, atHead }
  if (after.pending === 0 && atHead) return news ? { done: false, why: 'more' } : { done: true }
  const same = before.pending === after.pending && before.cursor === after.cursor && before.atHead === after.atHead
  return same ? { done: false, why: 'error', error: STUCK } : { done: false, why: 'more' }
}

/** Runs one round trip. Every step may be cut off and repeated. */
export async function round(ports: Ports): Promise<Outcome> {
  const sent = await compose(ports)
  ports.sending?.(sent.request.mutations.length)
  const reading = await ports.transport.sync(sent.request).catch((error: unknown) => {
    console.warn('the server did not answer', error)
    return undefined
  })
  if (reading === undefined) return { done: false, why: 'offline' }
  if (reading.from === 'stranger') return notOurs(ports, sent, reading.status)
  if (reading.ok) {
    const standing = await take(ports, sent, reading.body)
    ports.size.grow()
    return outcomeOf(ports, sent.before, standing, reading.body.changes.length > 0)
  }
  return refused(ports, sent, reading.status, reading.error)
}

/** A proxy may take less than our server does, and says so in its own words. */
function notOurs(ports: Ports, { request }: Sent, status: number): Outcome {
  const smaller = status === 413 && ports.size.halve(request.mutations.length)
  return smaller ? { done: false, why: 'more' } : { done: false, why: 'offline' }
}

function refused(ports: Ports, { request }: Sent, status: number, error: ErrorAnswer): Outcome {
  if (status === 413 && ports.size.halve(request.mutations.length)) return { done: false, why: 'more' }
  if (status === 401) return { done: false, why: 'login', error } // the outbox waits; it is never cleared
  return { done: false, why: 'error', error }
}
