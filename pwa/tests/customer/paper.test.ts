import { describe, expect, test } from 'vitest'
import { shown, wordsOf } from '@/customer/paper'

const at = (field: string): ReturnType<typeof wordsOf> => wordsOf({ field })

describe('a difference between a paper and what was sealed', () => {
  test('in a part is told with its line and its column', () => {
    expect(at('parts.0.price')).toEqual({ field: 'verify.field.parts', n: 1, part: 'verify.part.price' })
  })

  test('in a photo is told with its number', () => {
    expect(at('photos.2')).toEqual({ field: 'verify.field.photos', n: 3, part: null })
  })

  test('elsewhere is told with its section alone', () => {
    expect(at('blocks.1.rows.0.value')).toEqual({ field: 'verify.field.blocks', n: null, part: null })
  })

  test('that stands nowhere in the report, or is of a newer server, is told as such', () => {
    expect(at('')).toEqual({ field: 'verify.field.none', n: null, part: null })
    expect(at('something.new')).toEqual({ field: 'verify.field.none', n: null, part: null })
  })

  test('shows a fingerprint cut short and any other text whole', () => {
    expect(shown('ab'.repeat(32))).toBe('abababababab…')
    expect(shown('¥1,280.50')).toBe('¥1,280.50')
  })
})
