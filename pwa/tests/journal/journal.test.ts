import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Journal } from '@/journal/journal'
import { leaveOverlay, prune, settle, type JournalAnswer } from '@/journal/receipts'
import { StorageFull } from '@/journal/failures'
import { newId } from '@/protocol/ids'
import { sha256Hex } from '@/rules/canonical'
import { entryHash, GENESIS } from '@/rules/journal'
import { checkIn, moment, note, photoBytes, receipt, record, reopened, verdict } from '../helpers'

let journal: Journal
const order = newId()

beforeEach(() => {
  journal = new Journal(newId())
})
afterEach(async () => {
  await journal.database.delete()
})

function answer(journalId: string, rest: Partial<JournalAnswer>): JournalAnswer {
  return { journal: journalId, server_time: '2026-11-21T04:00:00.000Z', checkpoint: 'k1', restored: false, photos: [], sent: [{ id: '', seq: 0 }], verdicts: [], state: null, receipt: receipt(0), ...rest }
}

async function photoOf(first: number): Promise<string> {
  const bytes = photoBytes(first)
  const sha256 = sha256Hex(new Uint8Array(bytes))
  const photo = { sha256, bytes, type: 'image/jpeg', photo_id: newId(), order_id: order }
  await journal.append(note(order, 'with a photo'), moment(), photo)
  return sha256
}

describe('appending', () => {
  test('gives gapless numbers, each naming the hash of the entry before', async () => {
    for (let i = 0; i < 3; i++) await journal.append(note(order), moment())
    const [first, second, third] = await journal.pending()
    expect([first?.seq, second?.seq, third?.seq]).toEqual([1, 2, 3])
    expect(first?.prev).toBe(GENESIS)
    expect(second?.prev).toBe(entryHash(first!))
    expect(third?.prev).toBe(entryHash(second!))
  })

  test('counts every entry that is only here, and tells the oldest', async () => {
    const first = await journal.append(note(order), moment())
    for (let i = 0; i < 4; i++) await journal.append(note(order), moment())
    expect(await journal.counts()).toEqual({ entries: 5, photos: 0, oldest: first.made_at })
  })

  test('from two tabs at once still makes one chain', async () => {
    const other = new Journal(journal.person)
    await Promise.all([1, 2, 3, 4].flatMap(() => [journal.append(note(order), moment()), other.append(note(order), moment())]))
    const entries = await journal.pending()
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(new Set(entries.map((entry) => entry.journal)).size).toBe(1)
    entries.slice(1).forEach((entry, at) => expect(entry.prev).toBe(entryHash(entries[at]!)))
    other.close()
  })

  test('goes on with the same chain after the app was killed', async () => {
    const before = await journal.append(note(order), moment())
    journal = reopened(journal)
    const after = await journal.append(note(order), moment())
    expect([after.journal, after.seq, after.prev]).toEqual([before.journal, 2, before.hash])
  })

  test('keeps a photo and its entry together, or neither', async () => {
    const draft = { ...note(order), args: { order_id: order, weight: 1.5 } } // no float can be hashed
    const bytes = photoBytes(1)
    const photo = { sha256: 'a'.repeat(64), bytes, type: 'image/jpeg', photo_id: newId(), order_id: order }
    await expect(journal.append(draft, moment(), photo)).rejects.toThrow('no integer')
    expect(await journal.counts()).toEqual({ entries: 0, photos: 0, oldest: null })
    expect((await journal.head()).seq).toBe(0)
  })

  test('stores the photo as bytes that come back whole', async () => {
    const sha256 = await photoOf(7)
    journal = reopened(journal)
    const photo = await journal.photo(sha256)
    expect(sha256Hex(new Uint8Array(photo!.bytes))).toBe(sha256)
  })

  test('waits for the entry that creates what it names', async () => {
    const visit = newId()
    const arrival = await journal.append(checkIn(order, visit), moment())
    const work = await journal.append(record(order, visit, '液压泵磨损'), moment())
    expect(work.after).toEqual([arrival.id])
  })

  test('no longer waits once the server applied that entry', async () => {
    const visit = newId()
    const arrival = await journal.append(checkIn(order, visit), moment())
    await settle(journal, answer(arrival.journal, { verdicts: [verdict(arrival.id, 5)], receipt: receipt(1) }))
    expect((await journal.append(record(order, visit, 'x'), moment())).after).toEqual([])
  })

  test('says so when the phone is full, and keeps what was there', async () => {
    await journal.append(note(order), moment())
    const full = new DOMException('no room', 'QuotaExceededError')
    vi.spyOn(journal.database.entries, 'add').mockRejectedValueOnce(full)
    await expect(journal.append(note(order), moment())).rejects.toBeInstanceOf(StorageFull)
    expect((await journal.counts()).entries).toBe(1)
  })

  test('survives a lost connection to the database', async () => {
    const lost = new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError')
    vi.spyOn(journal.database, 'transaction').mockRejectedValueOnce(lost)
    const entry = await journal.append(note(order), moment())
    expect((await journal.pending()).map(({ id }) => id)).toEqual([entry.id])
  })
})

describe('a receipt', () => {
  test('makes durable exactly what it names', async () => {
    const [one] = [await journal.append(note(order), moment()), await journal.append(note(order), moment())]
    await settle(journal, answer(one.journal, { receipt: receipt(1) }))
    expect((await journal.pending()).map(({ seq }) => seq)).toEqual([2])
  })

  test('of a chain that is not the one here proves nothing: the phone was put back and has other entries in the same places', async () => {
    const [one] = [await journal.append(note(order), moment()), await journal.append(note(order), moment())]
    const state = { head: 2, hash: 'a'.repeat(64), ask_from: null, forked: false }
    await settle(journal, answer(one.journal, { sent: [one], verdicts: [verdict(one.id, 3)], state, receipt: receipt(2) }))
    expect((await journal.pending()).map(({ seq }) => seq)).toEqual([2])
  })

  test('of this chain is believed though the entry at its end has left the phone', async () => {
    const [one, two] = [await journal.append(note(order), moment()), await journal.append(note(order), moment())]
    await journal.database.entries.delete([one.journal, 1])
    const state = { head: 1, hash: one.hash, ask_from: null, forked: false }
    await settle(journal, answer(one.journal, { state, receipt: receipt(1) }))
    expect((await journal.pending()).map(({ id }) => id)).toEqual([two.id])
  })

  test('for another journal proves nothing', async () => {
    await journal.append(note(order), moment())
    await settle(journal, answer(newId(), { receipt: receipt(1) }))
    expect((await journal.counts()).entries).toBe(1)
  })

  test('marks only the photos that it names as stored', async () => {
    const [first, second] = [await photoOf(1), await photoOf(2)]
    const { journal: id } = await journal.head()
    await settle(journal, answer(id, { receipt: receipt(2, [first]) }))
    expect(await journal.unsentHashes(9)).toEqual([second])
  })

  test('that names no photo reads none, however many wait', async () => {
    const waiting = [await photoOf(1), await photoOf(2)]
    const { journal: id } = await journal.head()
    const ways = (['openCursor', 'get', 'getAll'] as const).map((way) => vi.spyOn(IDBObjectStore.prototype, way))
    await settle(journal, answer(id, { photos: waiting, receipt: receipt(2) }))
    const read = ways.flatMap(({ mock }) => mock.contexts).map((store) => (store as IDBObjectStore).name)
    expect(read).toContain('state')
    expect(read).not.toContain('photos')
    vi.restoreAllMocks()
  })
})

describe('pruning', () => {
  async function settled(backedUp: number): Promise<void> {
    const entry = await journal.append(note(order), moment())
    const told = receipt(1, [], backedUp)
    await settle(journal, answer(entry.journal, { verdicts: [verdict(entry.id, 3)], receipt: told }))
    await leaveOverlay(journal, () => true)
    await prune(journal, entry.journal, told, null)
  }

  test('deletes what a backup holds', async () => {
    await settled(1)
    expect(await journal.database.entries.count()).toBe(0)
  })

  test('keeps what no backup holds yet', async () => {
    await settled(0)
    expect(await journal.database.entries.count()).toBe(1)
  })

  test.each([
    ['the end of the chain is another', { head: 1, hash: 'another', forked: false }],
    ['it is told that two phones continued it', { head: 2, hash: 'another', forked: true }],
  ])('keeps what stands in the place of what a backup holds: %s', async (_, state) => {
    const entry = await journal.append(note(order), moment())
    await settle(journal, answer(entry.journal, { verdicts: [verdict(entry.id, 3)], receipt: receipt(1) }))
    await leaveOverlay(journal, () => true)
    await prune(journal, entry.journal, receipt(1, [], 1), { ...state, ask_from: null })
    expect(await journal.database.entries.count()).toBe(1)
  })

  test('keeps a photo until the server proved its bytes, whatever the backup says', async () => {
    const [unproved, proved] = [await photoOf(1), await photoOf(2)]
    const { journal: id } = await journal.head()
    await settle(journal, answer(id, { receipt: receipt(2, [proved]) }))
    await prune(journal, id, receipt(2, [proved], 2, [unproved, proved]), null)
    expect(await journal.photo(unproved)).toBeDefined()
    expect(await journal.photo(proved)).toBeUndefined()
  })

  test('does not break the chain', async () => {
    await settled(1)
    const next = await journal.append(note(order), moment())
    expect(next.seq).toBe(2)
    expect(next.prev).not.toBe(GENESIS)
  })
})

describe('a restored server', () => {
  test('is offered again everything beyond the end that it knows', async () => {
    const entries = [await journal.append(note(order), moment()), await journal.append(note(order), moment())]
    const id = entries[0]!.journal
    await settle(journal, answer(id, { receipt: receipt(2) }))
    expect(await journal.pending()).toEqual([])
    await settle(journal, answer(id, { state: { head: 1, hash: entries[0]!.hash, ask_from: null, forked: false }, receipt: receipt(1) }))
    const [again] = await journal.pending()
    expect([again?.id, again?.hash, again?.verdict]).toEqual([entries[1]!.id, entries[1]!.hash, null])
  })

  test('that does not know the journal at all is offered all of it', async () => {
    const entry = await journal.append(note(order), moment())
    await settle(journal, answer(entry.journal, { receipt: receipt(1) }))
    await settle(journal, answer(entry.journal, { state: null, sent: [], restored: true }))
    expect((await journal.pending()).map(({ id }) => id)).toEqual([entry.id])
  })

  test('that has forgotten a fork is offered all of the journal', async () => {
    const entry = await journal.append(note(order), moment())
    await settle(journal, answer(entry.journal, { sent: [entry], verdicts: [verdict(entry.id, 3)], receipt: receipt(0) }))
    expect(await journal.pending()).toEqual([])
    const state = { head: 1, hash: 'b'.repeat(64), ask_from: null, forked: false }
    await settle(journal, answer(entry.journal, { state, receipt: receipt(1) }))
    expect((await journal.pending()).map(({ id }) => id)).toEqual([entry.id])
  })

  test('is offered again what is kept of the journals that a fork has left behind', async () => {
    const old = await journal.append(note(order), moment())
    await settle(journal, answer(old.journal, { receipt: receipt(1) }))
    await settle(journal, answer(newId(), { restored: true }))
    expect((await journal.pending()).map(({ id }) => id)).toEqual([old.id])
  })

  test('is asked about every photo, and offered again those that it does not have', async () => {
    const [old, young] = [await photoOf(1), await photoOf(2)]
    const { journal: id } = await journal.head()
    const now = Date.now()
    await settle(journal, answer(id, { receipt: receipt(2, [old, young]) }))
    await journal.photosChecked(await journal.photosToCheck(9, now), 9, now)
    expect(await journal.photosToCheck(9, now)).toEqual([])
    expect(await settle(journal, answer(id, { state: { head: 1, hash: GENESIS, ask_from: 2, forked: false }, receipt: receipt(1) }))).toBe(true)
    expect(await journal.photosToCheck(9, now)).toEqual([old, young].sort())
    await settle(journal, answer(id, { photos: [old, young], receipt: receipt(1, [old]) }))
    expect(await journal.unsentHashes(9)).toEqual([young])
  })
})

test('kept photos are asked about in turn, once an hour', async () => {
  const hashes = [await photoOf(1), await photoOf(2), await photoOf(3)].sort()
  const { journal: id } = await journal.head()
  await settle(journal, answer(id, { receipt: receipt(3, hashes) }))
  const now = Date.now()
  expect(await journal.photosToCheck(2, now)).toEqual(hashes.slice(0, 2))
  await journal.photosChecked(hashes.slice(0, 2), 2, now)
  expect(await journal.photosToCheck(2, now)).toEqual(hashes.slice(2))
  await journal.photosChecked(hashes.slice(2), 2, now)
  expect(await journal.photosToCheck(2, now)).toEqual([])
  expect(await journal.photosToCheck(2, now + 3_600_001)).toEqual(hashes.slice(0, 2))
})

test('a forked journal goes on as a new one, with the same mutations', async () => {
  const sent = await journal.append(note(order), moment())
  await settle(journal, answer(sent.journal, { receipt: receipt(1) }))
  const unsent = await journal.append(note(order), moment())
  await settle(journal, answer(sent.journal, { state: { head: 2, hash: 'f'.repeat(64), ask_from: null, forked: true }, receipt: receipt(1) }))
  const [moved] = await journal.pending()
  expect(moved?.id).toBe(unsent.id)
  expect(moved?.journal).not.toBe(sent.journal)
  expect([moved?.seq, moved?.prev]).toEqual([1, GENESIS])
  const next = await journal.append(note(order), moment())
  expect([next.journal, next.seq, next.prev]).toEqual([moved!.journal, 2, entryHash(moved!)])
})

test('provisional numbers never repeat, also after the app was killed', async () => {
  const first = await journal.nextNumber('document')
  journal = reopened(journal)
  expect([first, await journal.nextNumber('document')]).toEqual([1, 2])
})
