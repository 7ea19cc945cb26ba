import { describe, expect, test } from 'vitest'
import { clockOf, minutesOf, quietOf } from '@/ui/quiet'

describe('a customer’s quiet hours', () => {
  test('are the company’s, none, or their own', () => {
    expect(quietOf(null, null)).toBe('company')
    expect(quietOf(0, 0)).toBe('never')
    expect(quietOf(1260, 480)).toBe('own')
  })

  test('go to the server as they came from it', () => {
    for (const [from, to] of [[null, null], [0, 0], [1290, 435]] as const)
      expect(minutesOf(quietOf(from, to), clockOf(from), clockOf(to))).toEqual({ quiet_from: from, quiet_to: to })
  })

  test('that are half told stay so, and the server says which half is missing', () => {
    expect(minutesOf('own', '21:00', '')).toEqual({ quiet_from: 1260, quiet_to: null })
  })
})
