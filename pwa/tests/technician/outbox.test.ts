import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import type { StoredEntry } from '@/journal/database'
import { answersIn, folded, linesOf, placeOf, settledOf, type Line } from '@/technician/outbox/entries'
import Outbox from '@/technician/outbox/Outbox.vue'
import { arrive, beginDay, type Day } from '../support/day'
import { show, type Shown } from '../support/screen'

const verdict = (word: string, resolution: object | null = null): StoredEntry['verdict'] => ({ verdict: word, resolution }) as StoredEntry['verdict']

describe('the place of an entry', () => {
  test('is the phone until a receipt names it, whatever a verdict says', () => {
    expect(placeOf({ durable: 0, verdict: null }, false)).toBe('phone')
    expect(placeOf({ durable: 0, verdict: null }, true)).toBe('sending')
    expect(placeOf({ durable: 0, verdict: verdict('applied') }, false)).toBe('phone')
  })

  test('is the server, or what the server says of it', () => {
    expect(placeOf({ durable: 1, verdict: verdict('applied') }, false)).toBe('server')
    expect(placeOf({ durable: 1, verdict: verdict('merged') }, false)).toBe('server')
    expect(placeOf({ durable: 1, verdict: verdict('held') }, false)).toBe('held')
    expect(placeOf({ durable: 1, verdict: verdict('waiting') }, false)).toBe('waiting')
  })

  test('is the server again once somebody has decided', () => {
    expect(placeOf({ durable: 1, verdict: verdict('held', { decision: 'applied' }) }, false)).toBe('server')
  })
})

test('edits of one visit in a row are one line, the last', () => {
  const line = (id: string, name: string, place: Line['place'] = 'phone'): Line => ({ id, name, place, at: '', orderId: 'o', message: '', reason: null, excerpt: '' })
  const lines = [line('1', 'visit.record'), line('2', 'visit.record'), line('3', 'visit.add_photo'), line('4', 'visit.record'), line('5', 'visit.record', 'sending')]
  expect(folded(lines).map(({ id }) => id)).toEqual(['2', '3', '4', '5'])
})

test('what is on its way is the first of what waits', () => {
  const entry = (id: string): StoredEntry => ({ id, name: 'visit.add_photo', made_at: '2026-11-21T01:00:00.000Z', offset_ms: 0, durable: 0, verdict: null, args: {} }) as unknown as StoredEntry
  expect(linesOf([entry('1'), entry('2')], [], 1).phone.map(({ id, place }) => [id, place])).toEqual([['2', 'phone'], ['1', 'sending']])
})

test('held work that the office decided about needs nobody any more, whatever the old verdict says', () => {
  const entry = { id: '1', name: 'order.write_note', made_at: '2026-11-21T01:00:00.000Z', offset_ms: 0, durable: 1, verdict: verdict('held'), args: {} } as unknown as StoredEntry
  expect(linesOf([], [entry], 0, settledOf([{ id: '1', status: 'open' }])).person).toHaveLength(1)
  const lines = linesOf([], [entry], 0, settledOf([{ id: '1', status: 'set_aside' }]))
  expect([lines.person.length, lines.server.map(({ place }) => place)]).toEqual([0, ['server']])
})

test('answers of the office are shown for a week, the newest first', () => {
  const held = (id: string, at: string | null): never => ({ id, status: 'set_aside', resolution: at === null ? null : { at, note: id } }) as never
  const all = [held('a', '2026-11-20T00:00:00.000Z'), held('b', '2026-11-21T00:00:00.000Z'), held('c', '2026-11-01T00:00:00.000Z'), held('d', null)]
  expect(answersIn(all, '2026-11-21T10:00:00.000Z').map(({ note }) => note)).toEqual(['b', 'a'])
})

describe('the outbox', () => {
  let day: Day
  let shown: Shown

  beforeEach(async () => {
    day = await beginDay()
  })
  afterEach(async () => {
    shown.app.unmount()
    await day.end()
  })

  test('says "safe to go home" only when everything is on the server', async () => {
    day.server.weather = () => 'lost'
    await arrive(day)
    shown = await show(Outbox, {}, day.field)
    await expect.poll(() => shown.text()).toContain('Actions not on the server yet: 1')
    expect(shown.text()).not.toContain('Safe to go home')
    day.server.weather = undefined
    await shown.tap('footer .on-button--main')
    await expect.poll(() => shown.text()).toContain('Safe to go home')
    await expect.poll(() => shown.text()).toContain('On the server today')
    await expect.poll(() => shown.text()).toContain('SO-2026-000021')
  })

  test('shows a photo whose file is only here, though its record has arrived', async () => {
    const visit_id = await arrive(day)
    const picture = { bytes: Uint8Array.from([1]).buffer, media_type: 'image/jpeg', width: 1, height: 1, thumb: 'data:image/jpeg;base64,AA==' } as const
    await day.field.keepPicture({ order_id: day.ids.order, visit_id, slot: 'fault' }, picture)
    await day.field.syncNow()
    shown = await show(Outbox, {}, day.field)
    await expect.poll(() => shown.text()).toContain('Photos not on the server yet: 1')
    await expect.poll(() => shown.text()).toContain('0 of 1 photos on the server')
  })

  test('shows what is held, why, and that it is kept', async () => {
    day.server.hold.add('order.write_note')
    await day.field.act('order.write_note', { order_id: day.ids.order, note_id: newId(), text: '甲' })
    await day.field.syncNow()
    shown = await show(Outbox, {}, day.field)
    await expect.poll(() => shown.text()).toContain('Needs somebody')
    await expect.poll(() => shown.text()).toContain('The order has moved on; waiting for the dispatcher')
    await expect.poll(() => shown.text()).toContain('Held')
  })
})
