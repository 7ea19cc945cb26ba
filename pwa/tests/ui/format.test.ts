import { describe, expect, test } from 'vitest'
import { formatsOf } from '@/ui/format'

const chinese = formatsOf({ locale: 'zh-CN', zone: 'Asia/Shanghai', currency: 'CNY' }, 'Asia/Shanghai')
const english = formatsOf({ locale: 'en', zone: 'Asia/Shanghai', currency: 'CNY' }, 'Europe/Berlin')
const NOW = '2026-11-21T04:00:00.000Z'

describe('times', () => {
  test('are in the zone of the company', () => {
    expect(chinese.time('2026-11-21T03:55:08.123Z')).toBe('11:55')
    expect(chinese.dateTime('2026-11-20T17:05:00.000Z')).toBe('2026年11月21日 01:05')
  })

  test('name their zone when the device is set to another', () => {
    expect(english.time('2026-11-21T03:55:00.000Z')).toMatch(/^11:55.+(GMT|UTC)\+8$/)
    expect(chinese.time('2026-11-21T03:55:00.000Z')).not.toMatch(/GMT|UTC/)
  })

  test('of a window name their zone once, where the language puts it', () => {
    const abroad = formatsOf({ locale: 'zh-CN', zone: 'Asia/Shanghai', currency: 'CNY' }, 'Europe/Berlin')
    const window = ['2026-11-21T00:00:00.000Z', '2026-11-21T02:00:00.000Z'] as const
    expect(abroad.span(...window)).toBe('GMT+8 08:00–10:00')
    expect(english.span(...window)).toMatch(/^08:00–10:00.+(GMT|UTC)\+8$/)
    expect(chinese.span(...window)).toBe('08:00–10:00')
  })

  test('of midnight are 00:00, never 24:00', () => {
    expect(chinese.time('2026-11-20T16:00:00.000Z')).toBe('00:00')
  })

  test('have an age in words', () => {
    expect(chinese.age('2026-11-21T03:57:00.000Z', NOW)).toBe('3 分钟前')
    expect(english.age('2026-11-21T03:57:00.000Z', NOW)).toBe('3 minutes ago')
    expect(chinese.age('2026-11-21T03:59:40.000Z', NOW)).toBe('刚刚')
    expect(english.age('2026-11-23T04:00:00.000Z', NOW)).toBe('in 2 days')
  })
})

test('money is made of whole fen', () => {
  expect(chinese.money(123450)).toBe('¥1,234.50')
  expect(english.money(-1)).toBe('-¥0.01')
})

test('distances change to kilometres', () => {
  expect(chinese.distance(850)).toBe('850 米')
  expect(chinese.distance(1240)).toBe('1.2 公里')
  expect(english.distance(23456)).toBe('23 km')
})

test('durations are hours and minutes', () => {
  expect(english.duration(80)).toBe('1 hr 20 min')
  expect(chinese.duration(60)).toBe('1 小时')
})

test('sizes have a unit that a person reads', () => {
  expect(english.bytes(0)).toBe('0 B')
  expect(english.bytes(1_400_000)).toBe('1.4 MB')
})
