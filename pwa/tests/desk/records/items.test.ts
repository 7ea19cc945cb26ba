import { describe, expect, test } from 'vitest'
import { cellOf, cellsOf, EMPTY, isLimit, itemsOfRows, rowOf, wrongLimits } from '@/desk/records/items'

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

  test('say what they lack at its place, instead of being dropped', () => {
    expect(itemsOfRows([{ ...EMPTY, name_en: 'Gap', max: '1' }], true)).toEqual([
      { name_zh: null, name_en: 'Gap', measure: null, decimals: 0, min: null, max: 1 },
    ])
  })

  test('show an error of the server in the row it means, though empty rows are not sent', () => {
    const rows = [{ ...EMPTY, name_zh: '油温' }, EMPTY, { ...EMPTY, name_zh: '主泵压力', max: 'high' }]
    expect(cellOf('readings', rows, 2, 'max')).toBe('readings.1.max')
    expect(wrongLimits(rows)).toEqual(['readings.1.max'])
    expect(cellsOf('checks', rows)).toContain('checks.1.name_zh')
  })

  test('are no rows that say nothing', () => {
    expect(itemsOfRows([{ ...EMPTY, name_zh: ' ' }], true)).toEqual([])
    expect(['', '-3', '1.5', '1e5', 'x', '1,5'].map(isLimit)).toEqual([true, true, true, false, false, false])
  })
})
