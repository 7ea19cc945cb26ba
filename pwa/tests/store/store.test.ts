import Dexie from 'dexie'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { effectScope, nextTick, watch } from 'vue'
import { Journal } from '@/journal/journal'
import { leaveOverlay, settle } from '@/journal/receipts'
import { newId } from '@/protocol/ids'
import type { Change } from '@/protocol/messages'
import { hasReached, readCursor } from '@/protocol/cursor'
import { find, ofKind, rewrite, rowsIn, type StoredRecord } from '@/store/boxes'
import { EMPTY } from '@/store/database'
import { INDEX, keysOf } from '@/store/keys'
import { useLive } from '@/store/live'
import { Store } from '@/store/store'
import { change, checkIn, cursorAt, leaving, moment, note, orderData, receipt, record, verdict } from '../helpers'

let journal: Journal
let store: Store
let me: string
const order = newId()
const visit = newId()

beforeEach(() => {
  journal = new Journal(newId())
  store = new Store(journal)
  me = `person:${journal.person}`
})
afterEach(async () => {
  await store.database.delete()
  await journal.database.delete()
})

interface Rest {
  sent?: string | null
  cursor?: string
  scope?: string[]
  more?: boolean
  same?: string[]
}

function page(changes: Change[], rest: Rest = {}): Promise<boolean> {
  return store.applyPage({ sent: null, changes, cursor: cursorAt(10), scope: [me], more: false, ...rest })
}

/** A record as it lies in the database. */
async function stored(kind: string, id: string): Promise<StoredRecord | undefined> {
  return (await find(store.database, [[kind, id]]))[0]
}

/** All records that lie in the database, in whatever box. */
async function everything(): Promise<StoredRecord[]> {
  return (await store.database.boxes.toArray()).flatMap((box) => rowsIn(box, store.database))
}

describe('a first download of several pages', () => {
  const followed = (changes: Change[], sent: string | null, at: number): Promise<boolean> =>
    page(changes, { sent, cursor: cursorAt(at), more: true })

  test('finds again what an earlier page brought by another channel, and keeps both', async () => {
    await followed([change(me, 'order', order, 1, orderData())], null, 1)
    await page([change('unit:1', 'order', order, 1, orderData())], { sent: cursorAt(1), cursor: cursorAt(2) })
    expect(await stored('order', order)).toMatchObject({ channels: [me, 'unit:1'] })
  })

  test('goes on in another tab without losing what this one brought', async () => {
    await followed([change(me, 'order', order, 1, orderData())], null, 1)
    const other = new Store(journal)
    await other.applyPage({ sent: cursorAt(1), cursor: cursorAt(2), changes: [change('unit:1', 'order', order, 1, orderData())], scope: [me], more: true })
    other.close()
    await page([change('site:1', 'order', order, 1, orderData())], { sent: cursorAt(2), cursor: cursorAt(3) })
    expect(await stored('order', order)).toMatchObject({ channels: [me, 'unit:1', 'site:1'] })
  })

  test('tells the screens of its first page and of its last, not of each between', async () => {
    const seen: number[] = []
    const scope = effectScope()
    const orders = scope.run(() => useLive(() => store.all('order')))
    scope.run(() => watch(() => orders?.value?.length, (count) => count !== undefined && seen.push(count), { flush: 'sync' }))
    let sent: string | null = null
    for (let at = 1; at <= 4; at++) {
      await followed([change(me, 'order', newId(), 1, orderData())], sent, at)
      sent = cursorAt(at)
      if (at === 1) await expect.poll(() => seen.at(-1)).toBe(1) // else the question that it asks again may see the second too
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await page([change(me, 'order', newId(), 1, orderData())], { sent, cursor: cursorAt(5) })
    await expect.poll(() => seen.at(-1)).toBe(5)
    expect(seen.filter((count) => count > 1 && count < 5)).toEqual([])
    scope.stop()
  })

  test('that is cut off is shown as far as it came', async () => {
    const scope = effectScope()
    const orders = scope.run(() => useLive(() => store.all('order')))
    await followed([change(me, 'order', newId(), 1, orderData())], null, 1)
    await followed([change(me, 'order', newId(), 1, orderData())], cursorAt(1), 2)
    await expect.poll(() => orders?.value?.length).toBe(2)
    scope.stop()
  })
})

describe('records that lie together', () => {
  const part = (id: string, version: number, number: string): Change => change('catalogue', 'part', id, version, { number, text: 'x'.repeat(2_000) })
  const many = Array.from({ length: 100 }, (_, at) => part(`p${at}`, 1, `P-${at}`))
  const scope = ['catalogue']

  test('are in far fewer boxes than there are records, and each in one', async () => {
    await page(many, { scope })
    expect(await store.database.boxes.count()).toBeLessThan(10)
    expect((await everything()).map(({ id }) => id).sort()).toEqual(many.map(({ i }) => i).sort())
  })

  test('stay as they are when one of them changes, goes, or is joined by another', async () => {
    await page(many, { scope })
    const news = [part('p7', 2, 'new'), leaving('catalogue', 'part', 'p8', 2), part('p100', 2, 'P-100')]
    await page(news, { scope, sent: cursorAt(10), cursor: cursorAt(11) })
    const numbers = new Map((await store.all('part')).map(({ id, number }) => [id, number]))
    expect(numbers).toEqual(new Map([...many.map(({ i }, at) => [i, `P-${at}`] as const), ['p100', 'P-100'], ['p7', 'new']].filter(([id]) => id !== 'p8') as [string, string][]))
    expect(await store.many('part', ['p8', 'p100', 'p6'])).toMatchObject(new Map([['p100', { number: 'P-100' }], ['p6', { number: 'P-6' }]]))
  })

  test('leave no box behind when the last of them goes', async () => {
    await page(many, { scope })
    await page(many.map(({ i }) => leaving('catalogue', 'part', i, 2)), { scope, sent: cursorAt(10), cursor: cursorAt(11) })
    expect(await store.database.boxes.count()).toBe(0)
  })

  test('are found one by one by what they point at', async () => {
    const at = (site: string): Change => change(me, 'order', newId(), 1, { ...orderData(), site_id: site })
    await page([at('north'), at('south'), at('north')])
    expect((await store.by('order', 'site_id', 'north')).map(({ site_id }) => site_id)).toEqual(['north', 'north'])
  })

  test('are not written twice by a first download of a copy that has something', async () => {
    await page([change(me, 'order', order, 1, orderData())], { cursor: null as unknown as string })
    await page([change('unit:1', 'order', order, 1, orderData())])
    expect(await everything()).toMatchObject([{ channels: [me, 'unit:1'] }])
  })
})

test('a copy that an older app left is found again by this one, all of it', async () => {
  const old = new Dexie(`onsite-store-${journal.person}`)
  old.version(1).stores({ records: '[kind+id], *keys', standing: 'key' })
  const data = orderData()
  const row = (kind: string, at: number): object => ({ kind, id: `${kind}-${at}`, version: 1, data, channels: [me], keys: keysOf(kind, data), epoch: 1 })
  await old.table('records').bulkAdd(['order', 'part'].flatMap((kind) => Array.from({ length: 400 }, (_, at) => row(kind, at))))
  await old.table('standing').bulkAdd([{ ...EMPTY, cursor: cursorAt(10) }, { key: 'indexed', value: INDEX }])
  old.close()
  store.close()
  store = new Store(journal)
  expect((await everything()).length).toBe(800)
  expect((await ofKind(store.database, 'order')).length).toBe(400)
  expect((await store.by('order', 'site_id', 'site-1')).length).toBe(400)
  expect((await store.standing()).cursor).toBe(cursorAt(10))
})

describe('a page', () => {
  test('comes with its cursor', async () => {
    expect(await page([change(me, 'order', order, 1, orderData())])).toBe(true)
    expect((await store.get('order', order))?.number).toBe('WO-1')
    expect((await store.standing()).cursor).toBe(cursorAt(10))
  })

  test('applied twice changes nothing the second time', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    expect(await page([change(me, 'order', order, 1, orderData('closed'))])).toBe(false)
    expect((await store.get('order', order))?.status).toBe('dispatched')
  })

  test('is worth nothing when another tab moved the cursor meanwhile', async () => {
    const other = new Store(journal)
    await other.applyPage({ sent: null, changes: [], cursor: cursorAt(7), scope: [me], more: false })
    expect(await page([change(me, 'order', order, 1, orderData())])).toBe(false)
    expect(await store.get('order', order)).toBeUndefined()
    other.close()
  })

  test('cut off in the middle leaves nothing of itself', async () => {
    const unkeepable = (() => undefined) as unknown as string // the cursor comes last
    await expect(page([change(me, 'order', order, 1, orderData())], { cursor: unkeepable })).rejects.toThrow()
    expect(await store.get('order', order)).toBeUndefined()
    expect((await store.standing()).cursor).toBeNull()
  })

  test('of a kind that this app does not know is stored raw', async () => {
    await page([change(me, 'hologram', order, 1, { depth: 3 })])
    expect(await stored('hologram', order)).toMatchObject({ data: { depth: 3 } })
  })

  test('of such a kind becomes usable when the app that knows it opens the store', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    // As an app left it that did not know orders: the record as it came, and nothing to find it by.
    await store.database.transaction('rw', store.database.boxes, () => rewrite(store.database, (row) => ({ ...row, keys: [] })))
    await store.database.table('standing').put({ key: 'indexed', value: 'hologram:' })
    expect(await store.by('order', 'site_id', 'site-1')).toEqual([])
    store.close()
    store = new Store(journal)
    expect((await store.by('order', 'site_id', 'site-1')).map(({ id }) => id)).toEqual([order])
    expect((await store.standing()).cursor).toBe(cursorAt(10)) // nothing was downloaded again
  })

  test('never brings back an older version through another channel', async () => {
    await page([change(me, 'order', order, 5, orderData('on_site')), change('unit:1', 'order', order, 4, orderData('dispatched'))])
    expect((await store.get('order', order))?.status).toBe('on_site')
  })
})

describe('a channel', () => {
  test('that lets go of a record removes it, unless another channel still shows it', async () => {
    await page([change(me, 'order', order, 1, orderData()), change('branch:1', 'order', order, 1, orderData())])
    await page([leaving(me, 'order', order, 2)], { sent: cursorAt(10), cursor: cursorAt(11) })
    expect(await store.get('order', order)).toBeDefined()
    await page([leaving('branch:1', 'order', order, 3)], { sent: cursorAt(11), cursor: cursorAt(12) })
    expect(await store.get('order', order)).toBeUndefined()
  })

  test('that left the scope stays until somebody says that its work is drained', async () => {
    await page([change('unit:1', 'unit', 'u1', 1, { serial: 'X' })], { scope: [me, 'unit:1'] })
    await page([], { sent: cursorAt(10), cursor: cursorAt(11), scope: [me] })
    expect(await store.get('unit', 'u1')).toBeDefined()
    expect(await store.purgeLeaving()).toBe(1)
    expect(await store.get('unit', 'u1')).toBeUndefined()
  })

  test('that came back before it was purged shows what is in it now, not what was', async () => {
    const both = [change('unit:1', 'unit', 'u1', 1, { serial: 'X' }), change('unit:1', 'unit', 'u2', 1, { serial: 'Y' })]
    await page(both, { scope: [me, 'unit:1'] })
    await page([], { sent: cursorAt(10), cursor: cursorAt(11), scope: [me] })
    const again = [change('unit:1', 'unit', 'u1', 1, { serial: 'X' })]
    await page(again, { sent: cursorAt(11), cursor: cursorAt(12), scope: [me, 'unit:1'] })
    expect(await store.purgeLeaving()).toBe(0)
    expect((await store.all('unit')).map(({ id }) => id)).toEqual(['u1'])
  })

  test('of a revoked device is wiped with all others, and what comes back is sent from the start', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    await page([], { sent: cursorAt(10), cursor: cursorAt(10), scope: [] })
    await store.purgeLeaving()
    expect((await everything()).length).toBe(0)
    expect((await store.standing()).cursor).toBe(cursorAt(10)) // what it has seen tells of a restore
    expect(await store.applyPage({ sent: cursorAt(10), changes: [], cursor: cursorAt(11), scope: [me], more: false })).toBe(false)
    expect((await store.standing()).cursor).toBeNull()
    expect(await store.have(await store.standing())).toEqual({})
  })
})

describe('starting over', () => {
  test('keeps what is here until the new copy is complete, then drops what it did not see', async () => {
    await page([change(me, 'order', order, 1, orderData()), change(me, 'order', 'stale', 1, orderData())])
    await store.startOver()
    expect(await store.get('order', 'stale')).toBeDefined()
    await page([change(me, 'order', order, 1, orderData())], { cursor: cursorAt(20), more: true })
    expect(await store.get('order', 'stale')).toBeDefined()
    await page([], { sent: cursorAt(20), cursor: cursorAt(21) })
    expect(await store.get('order', 'stale')).toBeUndefined()
    expect(await store.get('order', order)).toBeDefined()
  })

  test('asks only for the channels that differ, and then believes lower versions too', async () => {
    const parts = [change('catalogue', 'part', 'p1', 7, { number: '1' }), change('catalogue', 'part', 'p2', 7, { number: '2' })]
    await page([change(me, 'order', order, 3, orderData('on_site')), ...parts], { scope: [me, 'catalogue'] })
    await store.startOver()
    expect(Object.keys((await store.have(await store.standing())) ?? {}).sort()).toEqual(['catalogue', me].sort())
    await page([change(me, 'order', visit, 1, orderData())], { scope: [me, 'catalogue'], same: ['catalogue'] })
    expect(await store.get('order', order)).toBeUndefined()
    expect((await store.all('part')).map(({ id }) => id)).toEqual(['p1', 'p2'])
    expect(await store.have(await store.standing())).toBeUndefined()
    await store.applyPage({ sent: cursorAt(10), changes: [change('catalogue', 'part', 'p1', 2, { number: 'new' })], cursor: cursorAt(11), scope: [me, 'catalogue'], more: false })
    expect(await store.get('part', 'p1')).toMatchObject({ number: 'new' })
  })

  test('believes the restored server, even when its version is older', async () => {
    await page([change(me, 'order', order, 9, orderData('closed'))])
    await store.startOver()
    await page([change(me, 'order', order, 3, orderData('dispatched'))], { cursor: cursorAt(4, { checkpoint: 'two' }) })
    expect((await store.get('order', order))?.status).toBe('dispatched')
  })
})

describe('a view', () => {
  test('shows at once what was done, marked as pending', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    await journal.append(checkIn(order, visit), moment())
    await journal.append(record(order, visit, '液压泵磨损'), moment())
    expect(await store.get('order', order)).toMatchObject({ status: 'on_site', $pending: true })
    expect(await store.get('visit', visit)).toMatchObject({ diagnosis: '液压泵磨损', person_id: journal.person, left_at: null, $pending: true })
    expect((await store.by('visit', 'order_id', order)).map(({ id }) => id)).toEqual([visit])
  })

  test('leaves the store itself untouched', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    await journal.append(checkIn(order, visit), moment())
    await store.get('order', order)
    expect((await stored('order', order))?.data['status']).toBe('dispatched')
    expect((await everything()).length).toBe(1)
  })

  test('finds records by a field that a pending entry changed, and no longer by the old value', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    await journal.append(checkIn(order, visit), moment())
    expect(await store.by('order', 'status', 'dispatched')).toEqual([])
    expect((await store.by('order', 'status', 'on_site')).map(({ id }) => id)).toEqual([order])
    expect((await store.by('order', 'site_id', 'site-1')).map(({ id }) => id)).toEqual([order])
  })

  test('tolerates an order that has not come yet', async () => {
    await journal.append(note(order), moment())
    expect(await store.get('order', order)).toBeUndefined()
  })

  test('keeps a pending entry until the cursor reaches the position of its verdict', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    const entry = await journal.append(note(order, '带梯子'), moment())
    await settle(journal, { journal: entry.journal, server_time: '', checkpoint: 'k1', restored: false, photos: [], sent: [{ id: '', seq: 0 }], verdicts: [verdict(entry.id, 12)], state: null, receipt: receipt(1) })
    expect(await store.get('order', order)).toMatchObject({ $pending: true, notes: [{ text: '带梯子' }] })

    const seen = { ...orderData(), notes: [{ id: 'n', text: '带梯子', by: '张工', at: '' }] }
    await page([change(me, 'order', order, 2, seen)], { sent: cursorAt(10), cursor: cursorAt(12) })
    expect(await store.get('order', order)).toMatchObject({ $pending: false, notes: [{ by: '张工' }] })
  })

  test('waits for a channel that is still being filled', async () => {
    const entry = await journal.append(note(order), moment())
    await settle(journal, { journal: entry.journal, server_time: '', checkpoint: 'k1', restored: false, photos: [], sent: [{ id: '', seq: 0 }], verdicts: [verdict(entry.id, 12)], state: null, receipt: receipt(1) })
    const filling = readCursor(cursorAt(20, { backfills: [[me, 15, 'order', order]] }))
    await leaveOverlay(journal, (position) => hasReached(filling, position))
    expect(await journal.overlay()).toHaveLength(1)
    await leaveOverlay(journal, (position) => hasReached(readCursor(cursorAt(20)), position))
    expect(await journal.overlay()).toHaveLength(0)
  })

  test('does not count a position whose page ended in its middle', () => {
    const cut = readCursor(cursorAt(12, { key: [me, 'order', order] }))
    expect(hasReached(cut, 12)).toBe(false)
    expect(hasReached(cut, 11)).toBe(true)
  })

  test('no longer shows what the server holds for the dispatcher', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    const entry = await journal.append(checkIn(order, visit), moment())
    await settle(journal, { journal: entry.journal, server_time: '', checkpoint: 'k1', restored: false, photos: [], sent: [{ id: '', seq: 0 }], verdicts: [verdict(entry.id, null, 'held')], state: null, receipt: receipt(1) })
    expect(await store.get('order', order)).toMatchObject({ status: 'dispatched', $pending: false })
  })

  test('is the same after the app was killed', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    await journal.append(checkIn(order, visit), moment())
    journal.close()
    store.close()
    journal = new Journal(journal.person)
    store = new Store(journal)
    expect(await store.get('order', order)).toMatchObject({ status: 'on_site', $pending: true })
  })
})

describe('a live query', () => {
  test('runs again when something is done, also in another tab', async () => {
    await page([change(me, 'order', order, 1, orderData())])
    const scope = effectScope()
    const live = scope.run(() => useLive(async () => (await store.get('order', order))?.status))!
    await expect.poll(() => live.value).toBe('dispatched')
    const tab = new Journal(journal.person)
    await tab.append(checkIn(order, visit), moment())
    await expect.poll(() => live.value).toBe('on_site')
    scope.stop()
    tab.close()
  })

  test('runs again when a page comes, whatever it asked before', async () => {
    const scope = effectScope()
    const live = scope.run(() => useLive(async () => (await store.by('order', 'site_id', 'site-1')).length))!
    await expect.poll(() => live.value).toBe(0)
    await page([change(me, 'order', order, 1, orderData())])
    await expect.poll(() => live.value).toBe(1)
    scope.stop()
  })

  test('stops with its component', async () => {
    const scope = effectScope()
    let runs = 0
    const live = scope.run(() => useLive(async () => ((runs += 1), (await store.all('order')).length)))!
    await expect.poll(() => live.value).toBe(0)
    scope.stop()
    const before = runs
    await page([change(me, 'order', order, 1, orderData())])
    await nextTick()
    await store.get('order', order)
    expect([runs, live.value]).toEqual([before, 0])
  })
})
