/** The pure pieces of the visit's steps: serials, readings, checks, labour. */
import { describe, expect, test } from 'vitest'
import { labourOf } from '@/rules/labour'
import type { View } from '@/store/store'
import { siteChecks, withMark } from '@/technician/visit/checks/checks'
import { rangeOf, takenOf, textOf, valueOf, verdictOf, withReading, type Limit } from '@/technician/visit/readings/readings'
import { serialsDiffer } from '@/rules/serials'
import { recallsOf, serialIn } from '@/technician/visit/unit/serial'

describe('a serial', () => {
  test.each([
    ['LC215-0001', 'lc215 0001', false],
    ['ＬＣ２１５－０００１', 'LC215-0001', false],
    ['LC215-0002', 'LC215-0001', true],
    ['', 'LC215-0001', null],
    ['LC215-0001', null, null],
  ])('%s against %s differs: %s', (scanned, expected, differs) => {
    expect(serialsDiffer(scanned, expected)).toBe(differs)
  })

  test.each([
    ['LC215-0001', 'LC215-0001'],
    ['https://maker.example/u/LC215-0001', 'LC215-0001'],
    ['https://maker.example/q?sn=LC215-0001&m=2', 'LC215-0001'],
    ['型号:LC-215 序列号：LC215-0001 2024', 'LC215-0001'],
    ['MODEL LC-215\nS/N: LC215-0001', 'LC215-0001'],
    ['http://', 'http://'],
  ])('is found in what the code says: %s', (code, serial) => {
    expect(serialIn(code)).toBe(serial)
  })
})

test('a recall concerns a machine of its model and batch while it is open', () => {
  const recall = (more: object): View<'recall'> => ({ id: 'r', code: 'R1', model_id: 'm', batches: ['2406'], title_zh: '动臂', title_en: null, instructions: null, open: true, $pending: false, ...more })
  const unit = { model_id: 'm', batch: '2406' } as View<'unit'>
  const all = [recall({ id: 'one' }), recall({ id: 'closed', open: false }), recall({ id: 'other', batches: ['2407'] }), recall({ id: 'every', batches: [] }), recall({ id: 'model', model_id: 'n' })]
  expect(recallsOf(all, unit).map(({ id }) => id)).toEqual(['one', 'every'])
  expect(recallsOf(all, undefined)).toEqual([])
})

describe('a reading', () => {
  const limit: Limit = { code: 'p', name_zh: '主泵压力', name_en: null, measure: 'MPa', decimals: 1, min: 314, max: 343 }

  test.each([['32.5', 325], ['32', 320], ['32,5', 325], ['-0.5', -5], ['−1', -10], ['32.55', null], ['abc', null], ['', null], ['.5', null]])('typed as %s is %s tenths', (text, value) => {
    expect(valueOf(text, 1)).toBe(value)
  })

  test.each([[325, 1, '32.5'], [-5, 1, '-0.5'], [5, 3, '0.005'], [40, 0, '40'], [0, 2, '0.00']])('of %s with %s places is written %s', (value, places, text) => {
    expect(textOf(value, places)).toBe(text)
  })

  test('is held against its limits, both of which are within', () => {
    expect([313, 314, 343, 344].map((value) => verdictOf(value, limit))).toEqual(['below', 'within', 'within', 'above'])
    expect([rangeOf(limit), rangeOf({ ...limit, min: null }), rangeOf({ ...limit, max: null }), rangeOf({ ...limit, min: null, max: null })]).toEqual(['31.4–34.3', '≤ 34.3', '≥ 31.4', ''])
  })

  test('takes its place in the list, is changed there and taken back, with the limits of its time', () => {
    const one = withReading([], limit, 350)
    expect(one).toEqual([{ code: 'p', value: 350, decimals: 1, measure: 'MPa', min: 314, max: 343, name_zh: '主泵压力', name_en: null }])
    expect(withReading(one, limit, 330)).toMatchObject([{ value: 330 }])
    expect(withReading(one, limit, null)).toEqual([])
    expect(takenOf([...one, 'odd', null, { code: 'q', value: 1.5 }])).toEqual(one)
  })
})

test('the rules of a site are ticked one by one, whatever they are written with', () => {
  expect(siteChecks('戴安全帽；穿反光衣\n\n戴安全帽').map(({ words }) => words)).toEqual(['戴安全帽', '穿反光衣'])
  expect(siteChecks(null)).toEqual([])
  const list = withMark(withMark([], { id: 'a' }, true), { id: 'b' }, false)
  expect(withMark(list, { id: 'a' }, null)).toEqual([{ id: 'b', ok: false }, { id: 'a', ok: null }])
  expect(withMark(list, { id: 'b' }, undefined)).toEqual([{ id: 'a', ok: true }])
})

describe('labour', () => {
  const at = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 1, minute)).toISOString()
  const stamps = (...list: [string, number][]): object[] => list.map(([what, minute], n) => ({ id: String(n), what, at: at(minute) }))

  test.each([
    ['nothing', [], 0, null],
    ['two spans', stamps(['start', 0], ['stop', 20], ['start', 30], ['stop', 45]), 35, null],
    ['one that runs', stamps(['start', 0], ['stop', 20], ['start', 50]), 30, at(50)],
    ['a start twice and a stop too many', stamps(['start', 0], ['start', 5], ['stop', 20], ['stop', 40]), 20, null],
    ['what is no list', 'odd', 0, null],
  ])('adds up: %s', (_what, list, minutes, since) => {
    expect(labourOf(list, at(60))).toEqual({ minutes, since })
  })
})
