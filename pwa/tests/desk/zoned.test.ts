import { describe, expect, test } from 'vitest'
import { emptyWindow, instantsOf, windowOf } from '@/desk/forms/window'
import { instantOf, partsIn, shiftDay } from '@/desk/zoned'

const SHANGHAI = 'Asia/Shanghai'
const BERLIN = 'Europe/Berlin'

test('a moment has the day and time of the company, not of this computer', () => {
  expect(partsIn('2026-11-20T17:05:00.000Z', SHANGHAI)).toEqual({ day: '2026-11-21', time: '01:05' })
  expect(partsIn(Date.parse('2026-11-20T16:00:00.000Z'), SHANGHAI)).toEqual({ day: '2026-11-21', time: '00:00' })
})

describe('a day and a time', () => {
  test('are a moment in the company’s zone', () => {
    expect(instantOf('2026-11-21', '09:30', SHANGHAI)).toBe('2026-11-21T01:30:00.000Z')
  })

  test('hold on both sides of a change to summer time', () => {
    expect(instantOf('2026-03-29', '01:30', BERLIN)).toBe('2026-03-29T00:30:00.000Z')
    expect(instantOf('2026-03-29', '03:30', BERLIN)).toBe('2026-03-29T01:30:00.000Z')
  })

  test('come back unchanged', () => {
    for (const time of ['00:00', '12:15', '23:45'])
      expect(partsIn(instantOf('2026-06-30', time, BERLIN), BERLIN)).toEqual({ day: '2026-06-30', time })
  })
})

test('days are counted over the end of a month', () => {
  expect(shiftDay('2026-02-28', 1)).toBe('2026-03-01')
  expect(shiftDay('2026-01-01', -1)).toBe('2025-12-31')
})

describe('a promised window', () => {
  test('is the next full hour for two hours, until somebody says otherwise', () => {
    expect(emptyWindow(Date.parse('2026-11-21T01:20:00.000Z'), SHANGHAI)).toEqual({ day: '2026-11-21', from: '10:00', to: '12:00' })
  })

  test('may go over midnight', () => {
    const window = { day: '2026-11-21', from: '22:00', to: '01:00' }
    expect(instantsOf(window, SHANGHAI)).toEqual({ window_start: '2026-11-21T14:00:00.000Z', window_end: '2026-11-21T17:00:00.000Z' })
  })

  test('of an order is shown as it was agreed', () => {
    const order = { window_start: '2026-11-21T01:40:00.000Z', window_end: '2026-11-21T03:00:00.000Z' }
    expect(windowOf(order, SHANGHAI)).toEqual({ day: '2026-11-21', from: '09:40', to: '11:00' })
    expect(windowOf({ window_start: null, window_end: null }, SHANGHAI)).toBeNull()
  })
})
