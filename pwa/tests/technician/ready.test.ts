import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Data } from '@/rules/tables'
import { daysOf } from '@/technician/ready/days'
import { readReady, type ReadyOrder } from '@/technician/ready/read'
import { orderLacks, phoneLacks, type OrderFacts, type PhoneFacts } from '@/technician/ready/readiness'
import Ready from '@/technician/ready/Ready.vue'
import { routeOf, type Stop } from '@/technician/today/route'
import { beginDay, orderOf, type Day } from '../support/day'
import { show, type Shown } from '../support/screen'

const NOW = '2026-11-21T12:00:00.000Z'
const SHELL = { shell: true, outdated: false, free: 1e9 }
const PHONE: PhoneFacts = { ...SHELL, complete: true, lastSync: NOW, sealing: true, company: true, scope: ['catalogue', 'prices', 'unit:u'] }
const ORDER = {
  order: { type: 'repair', unit_id: 'u', customer_id: 'c', site_id: 's' }, customer: {}, site: {}, unit: { id: 'u', rule_pack: null },
  model: { readings: null }, type: 'repair', covered: false, faults: 9, parts: 3, priced: 3, pictures_missing: 0,
} as unknown as OrderFacts

describe('what an order lacks', () => {
  const lacks = (changes: Partial<Record<keyof OrderFacts, unknown>>, phone: Partial<PhoneFacts> = {}): string[] =>
    orderLacks({ ...ORDER, ...changes } as OrderFacts, { ...PHONE, ...phone })

  test('is nothing when all that a visit asks for is here', () => expect(lacks({})).toEqual([]))

  test('is named, one by one', () => {
    expect(lacks({ customer: undefined })).toEqual(['customer'])
    expect(lacks({ unit: undefined, model: undefined })).toEqual(['unit'])
    expect(lacks({ unit: { id: 'u', rule_pack: 'moon' } })).toEqual(['rule_pack'])
    expect(lacks({ order: { ...ORDER.order, type: 'new_kind' } })).toEqual(['checklist'])
    expect(lacks({ order: { ...ORDER.order, type: 'new_kind' }, listed: true })).toEqual([])
    expect(lacks({ faults: 0 })).toEqual(['faults'])
    expect(lacks({ pictures_missing: 1 })).toEqual(['pictures'])
  })

  test('is the history as long as its download is on its way', () => {
    expect(lacks({}, { scope: ['catalogue', 'prices'] })).toEqual(['history'])
    expect(lacks({ covered: true }, { complete: false })).toEqual(['history'])
  })

  test('is the price list only where somebody has to pay', () => {
    expect(lacks({ priced: 2 })).toEqual(['prices'])
    expect(lacks({ priced: 2, covered: true })).toEqual([])
  })

  test('is no machine where the order names none', () => {
    expect(lacks({ order: { ...ORDER.order, unit_id: null }, unit: undefined, model: undefined, parts: 0, priced: 0 })).toEqual([])
  })
})

test('a phone lacks the shell, room, its company’s letterhead, or word of the last day', () => {
  expect(phoneLacks(PHONE, NOW)).toEqual([])
  expect(phoneLacks({ ...PHONE, shell: false, free: 99_999_999, company: false }, NOW)).toEqual(['shell', 'storage', 'company'])
  expect(phoneLacks({ ...PHONE, lastSync: '2026-11-20T12:00:00.000Z' }, NOW)).toEqual([])
  expect(phoneLacks({ ...PHONE, lastSync: '2026-11-20T11:59:59.999Z' }, NOW)).toEqual(['sync'])
  expect(phoneLacks({ ...PHONE, free: null, outdated: true }, NOW)).toEqual(['outdated'])
})

test('days come in order, what is late is of today, and what has no time comes last', () => {
  const of = (window_start: string | null): ReadyOrder => ({ line: { order: { window_start } } }) as unknown as ReadyOrder
  const [late, morning, none] = [of('2026-11-20T01:00:00.000Z'), of('2026-11-22T01:00:00.000Z'), of(null)]
  expect(daysOf([none, morning, late], NOW, 'Asia/Shanghai').map(({ orders }) => orders)).toEqual([[late], [morning], [none]])
})

describe('the route', () => {
  const at = (km: number): Stop['place'] => ({ lat_e7: 340_000_000 + Math.round(km * 90_000), lng_e7: 1_170_000_000 })
  const stop = (id: string, km: number | null, more: Partial<Stop> = {}): Stop =>
    ({ id, window_start: null, urgent: false, received_at: `2026-11-21T0${id.length}:00:00.000Z`, place: km === null ? null : at(km), ...more })
  const ids = (stops: Stop[], here: Stop['place'] = null): string[] => routeOf(stops, here).map(({ id }) => id)

  test('is by appointment first, wherever that lies', () => {
    const nine = stop('nine', 90, { window_start: '2026-11-21T01:00:00.000Z' })
    const ten = stop('ten', 1, { window_start: '2026-11-21T02:00:00.000Z' })
    expect(ids([ten, stop('near', 2), nine], at(0))).toEqual(['nine', 'ten', 'near'])
  })

  test('goes on to the nearest from where one is by then', () => {
    const booked = stop('booked', 50, { window_start: NOW })
    expect(ids([stop('a', 10), stop('b', 40), stop('c', 65), booked], at(0))).toEqual(['booked', 'b', 'c', 'a'])
    expect(ids([stop('a', 10), stop('b', 40), stop('c', 70)], at(0))).toEqual(['a', 'b', 'c'])
    expect(ids([stop('a', 10), stop('b', 40), stop('c', 70)], at(60))).toEqual(['c', 'b', 'a'])
  })

  test('takes what is urgent before what is near', () => {
    expect(ids([stop('near', 1), stop('far', 80, { urgent: true })], at(0))).toEqual(['far', 'near'])
  })

  test('is what came first where no position is known', () => {
    expect(ids([stop('three', null), stop('on', null), stop('two', 5)])).toEqual(['on', 'two', 'three'])
  })
})

describe('the evening before, on the phone, without a network', () => {
  let day: Day
  let shown: Shown | undefined

  beforeEach(async () => (day = await beginDay()))
  afterEach(async () => {
    shown?.app.unmount()
    await day.end()
  })
  const unlinked = (changes: Data): void => day.server.put('order', day.ids.order, orderOf(day.ids, day.person, changes))

  test('says of each order whether it is ready, and what is missing by name', async () => {
    unlinked({ site_id: '00000000-0000-7000-8000-000000000000', window_start: '2099-01-02T01:00:00.000Z', window_end: null })
    await day.field.syncNow()
    day.server.weather = () => 'lost'
    const { orders } = await readReady(day.field, SHELL)
    expect(orders.map(({ lacks }) => lacks)).toEqual([['site', 'history']]) // the small server keeps no channel of the machine
    shown = await show(Ready, {}, day.field)
    await expect.poll(() => shown?.text()).toContain('Missing: site, history of the machine')
    expect(shown.text()).toContain('0 of 1 orders can be done offline')
    expect(shown.text()).toContain('open it once with a network')
  })
})
