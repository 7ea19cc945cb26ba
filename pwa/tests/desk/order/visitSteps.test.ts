import { expect, test } from 'vitest'
import { tagsOf } from '@/desk/order/visitSteps'

test('a failed part that must come back is at hand once something was tagged at that visit', () => {
  const tagged = [
    { visit_id: 'v1', tag: 'A7-0001', status: 'removed' },
    { visit_id: 'v2', tag: 'A7-0002', status: 'removed' },
    { visit_id: 'v1', tag: 'A7-0003', status: 'recovered' },
    { visit_id: 'v1', tag: 'A7-0004', status: 'taken_back' }, // its part was recorded by mistake
  ]
  expect(tagsOf('v1', tagged)).toBe('A7-0001 · A7-0003')
  expect(tagsOf('v3', tagged)).toBe('')
})
