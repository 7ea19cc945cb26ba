import { describe, expect, test } from 'vitest'
import { marksOf, noteOf, placeIn, positionText, ringOf, stampOf, WHOLE } from '@/ui/marks/marks'

describe('a mark on a photo', () => {
  test('has whole numbers whatever the finger does, within the picture', () => {
    const ring = ringOf('m', [-50.5, 100.2], [20_000, 300.7])
    for (const value of [ring.x, ring.y, ring.rx, ring.ry]) {
      expect(Number.isInteger(value)).toBe(true)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(WHOLE)
    }
  })

  test('is large enough to be seen after a tap without a drag', () => {
    expect(ringOf('m', [5000, 5000], [5000, 5000]).rx).toBeGreaterThan(0)
  })

  test('that a newer app has drawn, or nobody, is passed over', () => {
    const note = noteOf('n', [10, 10], '  漏油  ')
    expect(note.text).toBe('漏油')
    expect(marksOf([note, { id: 'x', shape: 'star', x: 1, y: 1 }, null, { ...note, x: 1.5 }, { ...note, x: -1 }])).toEqual([note])
    expect(marksOf(null)).toEqual([])
  })

  test('is where the finger was, also beside the bars of a picture of another shape', () => {
    const [box, picture] = [{ width: 400, height: 400 }, { width: 2000, height: 1000 }] // shown 400 × 200, 100 from the top
    expect(placeIn(box, picture, [200, 200])).toEqual([5000, 5000])
    expect(placeIn(box, picture, [0, 100])).toEqual([0, 0])
    expect(placeIn(box, picture, [400, 20])).toEqual([WHOLE, 0])
  })
})

test('a stamp leaves out what is not known, and a place that was not consented to', () => {
  expect(stampOf(['2026-11-21 11:00', undefined, 'SN1', positionText(null, null)])).toBe('2026-11-21 11:00 · SN1')
  expect(positionText(398_617_000, 1_111_802_000)).toBe('39.86170, 111.18020')
})
