import { describe, expect, test } from 'vitest'
import { asTaken, isHeic, sizeOf } from '@/journal/heic'
import { UnreadablePicture } from '@/journal/picture'

const reason = new UnreadablePicture('this browser cannot read the picture')
const word = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0))
const number = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
const size = (width: number, height: number): number[] => [...number(20), ...word('ispe'), ...number(0), ...number(width), ...number(height)]

/** The head of a camera's file: its brand, the size of a tile and of the whole. */
const HEAD = Uint8Array.from([...number(24), ...word('ftypheic'), ...number(0), ...word('mif1heic'), ...size(512, 512), ...size(4032, 3024), 1, 2, 3])

describe('a photo that this browser cannot read', () => {
  test('is kept as it was taken where it is HEIC, with its size and a card that says so', async () => {
    const kept = await asTaken(new Blob([HEAD]), reason)
    expect([kept.media_type, kept.width, kept.height]).toEqual(['image/heic', 4032, 3024])
    expect(new Uint8Array(kept.bytes)).toEqual(HEAD)
    expect(atob(kept.thumb.split(',')[1] ?? '')).toContain('HEIC')
  })

  test('is refused where it is anything else, whatever its name says', async () => {
    await expect(asTaken(new File(['no picture'], 'a.heic', { type: 'image/heic' }), reason)).rejects.toBe(reason)
    expect(isHeic(Uint8Array.from(word('%PDF-1.7....')))).toBe(false)
  })

  test('has some size even where its head names none', () => {
    expect(sizeOf(HEAD.slice(0, 24))).toEqual({ width: 1, height: 1 })
  })
})
