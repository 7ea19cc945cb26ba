import { describe, expect, test } from 'vitest'
import { isLimit, itemsOfRows, rowOf } from '@/desk/records/items'

const PUMP = { code: 'pump', name_zh: '主泵压力', name_en: null, measure: 'MPa', decimals: 1, min: 280, max: 315 }

describe('the items of a checklist', () => {
  test('come out of the form as they went in, with their codes', () => {
    expect(rowOf(PUMP)).toMatchObject({ min: '28.0', max: '31.5' })
    expect(itemsOfRows([rowOf(PUMP)], true)).toEqual([PUMP])
  })

  test('have the places of the finer limit, and a limit may be left out', () => {
    const row = { name_zh: '间隙', name_en: 'Gap', measure: 'mm', min: '', max: '0.25' }
    expect(itemsOfRows([row], true)).toEqual([{ name_zh: '间隙', name_en: 'Gap', measure: 'mm', decimals: 2, min: null, max: 25 }])
  })

  test('are no rows that say nothing', () => {
    expect(itemsOfRows([{ name_zh: ' ', name_en: '', measure: '', min: '1', max: '' }], true)).toEqual([])
    expect(['', '-3', '1.5', '1e5', 'x', '1,5'].map(isLimit)).toEqual([true, true, true, false, false, false])
  })
})
