import { describe, expect, test } from 'vitest'
import { barred, beginsAt, driveMinutes, hoursOf, itemsOf, knows, lacking, lengthOf, missing, momentAt, patched, promisedSpan, row as rowOf, seen, shareOf, weekRow, type Board, type Card, type Placed, type Stretch, type Technician } from '@/desk/board/plan'

const DAY = '2026-11-20T'
const at = (time: string): string => `${DAY}${time}:00.000Z`
const stretch = { from: Date.parse(at('00:00')), to: Date.parse(at('10:00')) }
let next = 0
const card = (more: Partial<Card>): Card => ({
  id: `o${(next += 1)}`, number: 'SO-1', type: 'repair', status: 'dispatched', urgency: 'normal', approval: 'none', branch_id: 'b', provider_id: null,
  assignee_id: 'ann', unit_id: null, symptom: '漏油', received_at: at('00:00'), contact_due_at: null, contacted_at: null, window_start: null, window_end: null,
  customer: { name: '矿', name_en: null }, site: { name: '坑', lat_e7: null, lng_e7: null }, serial: null, model: null, slot: null, on_phone: false, needs: [], parts: [], ...more,
})
const slot = (from: string, to: string, outside = false): Partial<Card> => ({ slot: { starts_at: at(from), ends_at: at(to), outside } })
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const EVER = { from: 0, to: Infinity }
const row = (cards: Card[], stretches: Stretch[]): Placed[] => rowOf(cards.flatMap((one) => itemsOf(one, EVER, dayOf)), stretches)

describe('what a day has of an order', () => {
  const today = { from: Date.parse(at('00:00')), to: Date.parse('2026-11-21T00:00:00.000Z') }
  const tomorrow = { from: today.to, to: today.to + 86_400_000 }
  const moved = card({ window_start: at('02:00'), window_end: at('03:00'), slot: { starts_at: '2026-11-21T02:00:00.000Z', ends_at: '2026-11-21T04:00:00.000Z', outside: true } })

  test('is its plan on one day, and a mark where it was promised on the other', () => {
    expect(itemsOf(moved, today, dayOf)).toMatchObject([{ mark: true, span: { from: Date.parse(at('02:00')), to: Date.parse(at('03:00')) } }])
    expect(itemsOf(moved, tomorrow, dayOf)).toMatchObject([{ mark: false, span: { from: Date.parse('2026-11-21T02:00:00.000Z') } }])
  })

  test('is no mark where it is planned on the promised day', () => {
    expect(itemsOf(card({ window_start: at('02:00'), window_end: at('03:00'), ...slot('06:00', '08:00', true) }), today, dayOf)).toMatchObject([{ mark: false }])
  })

  test('is seen before and after the usual hours, in whole hours of that day', () => {
    const usual = { from: Date.parse(at('08:00')), to: Date.parse(at('20:00')) }
    const items = [card(slot('05:47', '07:47')), card({ slot: { starts_at: at('21:00'), ends_at: '2026-11-21T02:00:00.000Z', outside: false } })].flatMap((one) => itemsOf(one, EVER, dayOf))
    expect(hoursOf(usual, today, items)).toEqual({ from: Date.parse(at('05:00')), to: today.to })
    expect(hoursOf(usual, today, [])).toEqual(usual)
  })

  test('takes no time where it is a mark: nobody drives from there', () => {
    const here = { name: '太原', lat_e7: 378706000, lng_e7: 1125489000 }
    const there = { name: '忻州', lat_e7: 384167000, lng_e7: 1127333000 }
    const found = row([{ ...moved, site: here }, card({ site: there, ...slot('03:00', '04:00') })], [stretch])
    expect(found.map(({ mark, late }) => [mark, late])).toEqual([[true, 0], [false, 0], [false, 0]])
  })
})

describe('a row of the board', () => {
  test('puts an order where its time is', () => {
    expect(row([card(slot('01:00', '03:00'))], [stretch])).toMatchObject([{ left: 0.1, width: expect.closeTo(0.2) as number, lane: 0, lanes: 1, late: 0 }])
  })

  test('shows promises that overlap side by side, and what comes after them whole', () => {
    const promise = (from: string, to: string): Card => card({ window_start: at(from), window_end: at(to) })
    const found = row([promise('01:00', '04:00'), promise('01:00', '04:00'), promise('05:00', '06:00')], [stretch])
    expect(found.map(({ lane, lanes }) => [lane, lanes])).toEqual([[0, 2], [1, 2], [0, 1]])
  })

  test('knows where a plan outside of the promise belongs, at its own length', () => {
    const promise = { window_start: at('02:00'), window_end: at('03:00') }
    expect(promisedSpan(card({ ...promise, ...slot('06:00', '08:00', true) }))).toEqual({ from: Date.parse(at('02:00')), to: Date.parse(at('04:00')) })
    expect(promisedSpan(card({ ...promise, ...slot('02:30', '04:30') }))).toBeNull()
    expect(promisedSpan(card(promise))).toBeNull()
  })

  test('says how many minutes are missing for the drive', () => {
    const taiyuan = { name: '太原', lat_e7: 378706000, lng_e7: 1125489000 }
    const xinzhou = { name: '忻州', lat_e7: 384167000, lng_e7: 1127333000 }
    expect(driveMinutes(taiyuan, xinzhou)).toBe(106)
    const found = row([card({ site: taiyuan, ...slot('01:00', '02:00') }), card({ site: xinzhou, ...slot('03:00', '04:00') })], [stretch])
    expect(found.map(({ late }) => late)).toEqual([0, 46])
    expect(driveMinutes(taiyuan, { name: '?', lat_e7: null, lng_e7: null })).toBeNull()
  })
})

test('a day of the week has its orders under one another, as wide as the day', () => {
  const days = ['2026-11-20', '2026-11-21']
  const night = card({ slot: { starts_at: '2026-11-19T22:00:00.000Z', ends_at: at('02:00'), outside: false } })
  const tomorrow = card({ slot: { starts_at: '2026-11-21T01:00:00.000Z', ends_at: '2026-11-21T03:00:00.000Z', outside: false } })
  const found = weekRow(row([tomorrow, card(slot('05:00', '06:00')), night], [stretch]), days, dayOf)
  expect(found.map(({ card: { id }, left, width, lane, lanes }) => [id === night.id, id === tomorrow.id, left, width, lane, lanes])).toEqual([
    [true, false, 0, 0.5, 0, 2], [false, false, 0, 0.5, 1, 2], [false, true, 0.5, 0.5, 0, 1],
  ])
})

test('a place on the board is a half hour, in a week of days too', () => {
  const week = [stretch, { from: stretch.from + 86_400_000, to: stretch.to + 86_400_000 }]
  expect(momentAt(0.06, [stretch])).toBe(Date.parse(at('00:30')))
  expect(momentAt(0.75, week)).toBe(Date.parse(at('05:00')) + 86_400_000)
  expect(shareOf(momentAt(0.75, week), week)).toBe(0.75)
  expect(momentAt(1, [stretch])).toBe(Date.parse(at('09:30')))
})

test('an order without a time is not offered to begin in the past', () => {
  expect(beginsAt(540, '2026-11-21', { day: '2026-11-20', time: '12:10' })).toBe(540)
  expect(beginsAt(540, '2026-11-20', { day: '2026-11-20', time: '07:10' })).toBe(540)
  expect(beginsAt(540, '2026-11-20', { day: '2026-11-20', time: '12:10' })).toBe(750)
  expect(beginsAt(540, '2026-11-20', { day: '2026-11-20', time: '23:50' })).toBe(1380)
})

test('an order keeps its length when it is moved', () => {
  expect(lengthOf(card(slot('01:00', '02:30')))).toBe(90 * 60_000)
  expect(lengthOf(card({}))).toBe(120 * 60_000)
})

test('a technician lacks what the order asks for and they do not have', () => {
  const technician = { certificates: ['电工'] } as unknown as Technician
  expect(lacking(technician, card({ needs: ['电工', '吊装'] }))).toEqual(['吊装'])
})

describe('who was trained for a model', () => {
  const machine = (trained_only: boolean): Card => card({ model: { id: 'mine', code: 'LC-950', trained_only } })
  const trained = { skills: ['mine'], certificates: [] as string[] } as Technician
  const other = { ...trained, skills: ['small'] }

  test('is known, unless nobody knows what machine it is', () => {
    expect([knows(trained, machine(false)), knows(other, machine(false)), knows(other, card({}))]).toEqual([true, false, null])
  })

  test('alone is sent where the model asks for it; elsewhere it is a hint', () => {
    expect([barred(trained, machine(true)), barred(other, machine(true)), barred(other, machine(false)), barred(other, card({}))]).toEqual([false, true, false, false])
  })

  test('is not sent without the certificate all the same', () => {
    expect(barred(trained, { ...machine(true), needs: ['高压电工'] })).toBe(true)
  })
})

describe('the parts that an order needs', () => {
  const oil = { id: 'oil', name_zh: '液压油', name_en: null, vans: { ann: 3 } }
  const wanted = card({ parts: [{ part_id: 'oil', quantity: 4 }] })

  test('are missing from a van that has none or not enough, and nowhere while nobody is chosen', () => {
    expect(missing('ann', wanted, { oil })).toEqual([oil])
    expect(missing('ben', wanted, { oil })).toEqual([oil])
    expect(missing('ann', card({ parts: [{ part_id: 'oil', quantity: 3 }] }), { oil })).toEqual([])
    expect(missing(null, wanted, { oil })).toEqual([])
  })

  test('come with the order that has just got a plan', () => {
    const board = { orders: [], unassigned: [], parts: {} } as unknown as Board
    expect(patched(board, new Set([wanted.id]), { orders: [wanted], unassigned: [], parts: { oil } }).parts).toEqual({ oil })
  })
})

describe('a board that others change', () => {
  const [given, waiting, other] = [card(slot('01:00', '02:00')), card({ assignee_id: null }), card(slot('03:00', '04:00'))]
  const board = { orders: [given, other], unassigned: [waiting] } as unknown as Board

  test('moves an order that was given away out of the list beside it', () => {
    const now = { ...waiting, assignee_id: 'ben' }
    const found = patched(board, new Set([waiting.id]), { orders: [now], unassigned: [], parts: {} })
    expect([found.orders, found.unassigned]).toEqual([[given, other, now], []])
    expect(found.orders[1]).toBe(other) // what did not change is not drawn anew
  })

  test('forgets what is no longer of these days, and sorts what nobody has by its urgency', () => {
    const urgent = card({ assignee_id: null, urgency: 'urgent' })
    const found = patched(board, new Set([given.id, urgent.id]), { orders: [], unassigned: [urgent], parts: {} })
    expect([found.orders, found.unassigned]).toEqual([[other], [urgent, waiting]])
  })
})

test('only the rows that can be seen exist', () => {
  expect(seen(0, 500, 50, 60)).toEqual({ from: 0, to: 14 })
  expect(seen(1000, 500, 50, 60)).toEqual({ from: 16, to: 34 })
  expect(seen(2900, 500, 50, 60)).toEqual({ from: 54, to: 60 })
})
