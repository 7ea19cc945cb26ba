import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { Journal } from '@/journal/journal'
import { leaveOverlay, settle } from '@/journal/receipts'
import { newId } from '@/protocol/ids'
import type { Change } from '@/protocol/messages'
import { hasReached, readCursor } from '@/protocol/cursor'
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
}

function page(changes: Change[], rest: Rest = {}): Promise<boolean> {
  return store.applyPage({ sent: null, changes, cursor: cursorAt(10), scope: [me], more: false, ...rest })
}

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
    const bad = { c: me, k: 'order', i: null, v: 2, d: {} } as unknown as Change
    await expect(page([change(me, 'order', order, 1, orderData()), bad])).rejects.toThrow()
    expect(await store.get('order', order)).toBeUndefined()
    expect((await store.standing()).cursor).toBeNull()
  })

  test('of a kind that this app does not know is stored raw', async () => {
    await page([change(me, 'hologram', order, 1, { depth: 3 })])
    expect(await store.database.records.get(['hologram', order])).toMatchObject({ data: { depth: 3 } })
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
    expect(await store.database.records.count()).toBe(0)
    expect((await store.standing()).cursor).toBeNull()
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
    expect((await store.database.records.get(['order', order]))?.data['status']).toBe('dispatched')
    expect(await store.database.records.count()).toBe(1)
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
    await settle(journal, { journal: entry.journal, server_time: '', restored: false, sent: 1, verdicts: [verdict(entry.id, 12)], state: null, receipt: receipt(1) })
    expect(await store.get('order', order)).toMatchObject({ $pending: true, notes: [{ text: '带梯子' }] })

    const seen = { ...orderData(), notes: [{ id: 'n', text: '带梯子', by: '张工', at: '' }] }
    await page([change(me, 'order', order, 2, seen)], { sent: cursorAt(10), cursor: cursorAt(12) })
    expect(await store.get('order', order)).toMatchObject({ $pending: false, notes: [{ by: '张工' }] })
  })

  test('waits for a channel that is still being filled', async () => {
    const entry = await journal.append(note(order), moment())
    await settle(journal, { journal: entry.journal, server_time: '', restored: false, sent: 1, verdicts: [verdict(entry.id, 12)], state: null, receipt: receipt(1) })
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
    await settle(journal, { journal: entry.journal, server_time: '', restored: false, sent: 1, verdicts: [verdict(entry.id, null, 'held')], state: null, receipt: receipt(1) })
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
