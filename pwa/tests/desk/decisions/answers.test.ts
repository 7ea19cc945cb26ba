import { expect, test } from 'vitest'
import { waysOf } from '@/desk/decisions/answers'
import type { Decision } from '@/desk/decisions/types'

test('what cannot be undone is asked once more; declining it is not', () => {
  const erasure = { kind: 'erasure', id: 'e1', why: 'erasure', order: null, answers: ['erasure.decide'] } as unknown as Decision
  expect(waysOf(erasure)).toEqual([
    { name: 'erasure_agreed', grave: 'erasure.decide', args: { erasure_id: 'e1', answer: 'agreed' } },
    { name: 'erasure_declined', run: 'erasure.decide', args: { erasure_id: 'e1', answer: 'declined' } },
  ])
})
