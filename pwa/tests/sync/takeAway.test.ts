// @vitest-environment node
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Journal } from '@/journal/journal'
import { newId } from '@/protocol/ids'
import { openParcel } from '@/protocol/parcel'
import { sha256Hex } from '@/rules/canonical'
import { entryHash, GENESIS } from '@/rules/journal'
import { takeAway } from '@/sync/takeAway'
import { moment, note, photoBytes } from '../helpers'

let journal: Journal
const order = newId()
const carrier = { person_id: 'p', person_name: '王志强', device_code: 'A7' }

beforeEach(() => {
  journal = new Journal(newId())
})
afterEach(async () => {
  await journal.database.delete()
})

test('the file holds what only this phone has: entries whose chain still fits, and the photos', async () => {
  const bytes = photoBytes(3)
  const sha256 = sha256Hex(new Uint8Array(bytes))
  await journal.append(note(order, 'one'), moment())
  await journal.append(note(order, 'two'), moment(), { sha256, bytes, type: 'image/jpeg', photo_id: newId(), order_id: order })
  const { list, photo } = await openParcel('ten letters', await takeAway(journal, moment(), carrier, 'ten letters'))
  expect(list.entries.map(({ prev }) => prev)).toEqual([GENESIS, entryHash(list.entries[0]!)])
  expect(list).toMatchObject({ ...carrier, photos: [{ sha256, type: 'image/jpeg' }] })
  expect(new Uint8Array(await photo(0))).toEqual(new Uint8Array(bytes))
  expect(await journal.counts()).toMatchObject({ entries: 2, photos: 1 }) // the phone still sends them if it can
})

test('what the server has already is not in it', async () => {
  const { id } = await journal.append(note(order, 'sent'), moment())
  await journal.database.entries.where({ id }).modify({ durable: 1 })
  await journal.append(note(order, 'unsent'), moment())
  const { list } = await openParcel('ten letters', await takeAway(journal, moment(), carrier, 'ten letters'))
  expect(list.entries.map(({ seq }) => seq)).toEqual([2])
})
