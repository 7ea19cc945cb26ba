// @vitest-environment node
import 'fake-indexeddb/auto'
import Dexie from 'dexie'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeAtRest, rewriteJournal } from '@/journal/atRest'
import { cipherOf, KEY_BYTES, type Cipher } from '@/journal/cipher'
import type { StoredEntry } from '@/journal/database'
import { Journal } from '@/journal/journal'
import { settle } from '@/journal/receipts'
import { newId } from '@/protocol/ids'
import { sha256Hex } from '@/rules/canonical'
import { entryHash } from '@/rules/journal'
import { atRest, moment, note, photoBytes, receipt, verdict } from '../helpers'

const SECRET = '主泵漏油 hidden words'
const order = newId()
const person = newId()
const key = new Uint8Array(KEY_BYTES).fill(7)

let journal: Journal

function locked(cipher: Cipher = cipherOf(key)): Journal {
  const made = new Journal(person)
  closeAtRest(made.database, cipher)
  return made
}

async function photo(of: Journal, first = 7): Promise<string> {
  const bytes = photoBytes(first)
  const sha256 = sha256Hex(new Uint8Array(bytes))
  await of.append(note(order, SECRET), moment(), { sha256, bytes, type: 'image/jpeg', photo_id: newId(), order_id: order })
  return sha256
}

const journalAtRest = (): Promise<string> => atRest(`onsite-journal-${person}`)

beforeEach(() => {
  journal = locked()
})
afterEach(async () => {
  journal.close()
  await Dexie.delete(`onsite-journal-${person}`)
})

describe('a locked journal', () => {
  test('reads back what was done, in a chain that still fits', async () => {
    const first = await journal.append(note(order, SECRET), moment())
    const second = await journal.append(note(order, SECRET), moment())
    expect(await journal.pending()).toEqual([first, second])
    expect(await journal.overlay()).toEqual([first, second])
    expect(second.prev).toBe(entryHash((await journal.pending())[0]!))
  })

  test('lies on the phone without one readable word, stroke or picture', async () => {
    const sha256 = await photo(journal)
    await journal.setFact('draft:signing', { comment: SECRET })
    await journal.setFact('amending:visit', SECRET)
    const there = await journalAtRest()
    expect(there).not.toContain('hidden words')
    expect(there).not.toContain(new Uint8Array(photoBytes(7)).join())
    expect(there).toContain(sha256)
    expect(sha256Hex(new Uint8Array((await journal.photo(sha256))!.bytes))).toBe(sha256)
    expect(await journal.fact('draft:signing')).toEqual({ comment: SECRET })
  })

  test('is settled, doubted and forked as an open one', async () => {
    const entry = await journal.append(note(order, SECRET), moment())
    const answer = { journal: entry.journal, server_time: '2026-11-21T04:00:00.000Z', checkpoint: 'k1', restored: false, photos: [], sent: [], verdicts: [] }
    await settle(journal, { ...answer, state: { head: 9, hash: 'f'.repeat(64), forked: true, ask_from: 1 }, receipt: receipt(0) })
    const [moved] = await journal.pending()
    expect(moved?.args).toEqual(entry.args)
    expect(moved?.journal).not.toBe(entry.journal)
    await settle(journal, { ...answer, journal: moved!.journal, sent: [moved!], verdicts: [verdict(moved!.id, 1)], state: null, receipt: receipt(0) })
    expect((await journal.taken(''))[0]?.args).toEqual(entry.args)
    expect(await journalAtRest()).not.toContain('hidden words')
  })

  test('opens with no other key', async () => {
    await journal.append(note(order, SECRET), moment())
    journal.close()
    journal = locked(cipherOf(new Uint8Array(KEY_BYTES).fill(8)))
    await expect(journal.pending()).rejects.toThrow()
  })

  test('takes no row from one place for that of another', async () => {
    const [one, two] = [await journal.append(note(order, SECRET), moment()), await journal.append(note(order, 'b'), moment())]
    const bare = (await new Dexie(`onsite-journal-${person}`).open()).table('entries')
    const [first, second] = (await bare.toArray()) as StoredEntry[]
    await bare.put({ ...second, args: first?.args })
    bare.db.close()
    await expect(journal.pending()).rejects.toThrow()
    expect([one.seq, two.seq]).toEqual([1, 2])
  })

  test('closes what was written before it was locked, and opens all when the lock is taken off', async () => {
    journal.close()
    const open = new Journal(person)
    const sha256 = await photo(open)
    await open.setFact('draft:x', { comment: SECRET })
    open.close()
    const cipher = cipherOf(key)
    journal = locked(cipher)
    await rewriteJournal(journal.database)
    expect(await journalAtRest()).not.toContain('hidden words')
    cipher.closing = false
    await rewriteJournal(journal.database)
    journal.close()
    journal = new Journal(person)
    expect((await journal.pending())[0]?.args).toMatchObject({ text: SECRET })
    expect(sha256Hex(new Uint8Array((await journal.photo(sha256))!.bytes))).toBe(sha256)
    expect(await journal.fact('draft:x')).toEqual({ comment: SECRET })
  })
})
