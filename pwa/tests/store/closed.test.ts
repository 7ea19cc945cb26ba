import { afterEach, expect, test } from 'vitest'
import { cipherOf, KEY_BYTES } from '@/journal/cipher'
import { Journal } from '@/journal/journal'
import { newId } from '@/protocol/ids'
import { Store } from '@/store/store'
import { atRest, change, cursorAt, orderData } from '../helpers'

const SECRET = '主泵漏油 hidden words'
const order = newId()
const person = newId()
const key = new Uint8Array(KEY_BYTES).fill(7)
const journal = new Journal(person)
const store = new Store(journal)

afterEach(async () => {
  await store.database.delete()
  await journal.database.delete()
})

test('the copy of the company lies on a locked phone as cipher text, and is read as ever', async () => {
  const page = { sent: null, changes: [change('person/p', 'order', order, 1, { ...orderData(), symptom: SECRET })], cursor: cursorAt(1), scope: ['person/p'], more: false }
  await store.applyPage(page)
  expect(await atRest(`onsite-store-${person}`)).toContain('hidden words')
  await store.openWith(cipherOf(key))
  await store.rewrite()
  expect(await atRest(`onsite-store-${person}`)).not.toContain('hidden words')
  expect((await store.get('order', order))?.symptom).toBe(SECRET)
  expect((await store.by('order', 'site_id', 'site-1')).map(({ id }) => id)).toEqual([order])
  await store.applyPage({ ...page, sent: cursorAt(1), cursor: cursorAt(2), changes: [change('person/p', 'order', order, 2, { ...orderData(), symptom: `${SECRET} 2` })] })
  expect((await store.get('order', order))?.symptom).toBe(`${SECRET} 2`)
  expect(await atRest(`onsite-store-${person}`)).not.toContain('hidden words')
  const withoutKey = new Store(journal)
  await expect(withoutKey.get('order', order)).rejects.toThrow('locked')
  withoutKey.close()
})
