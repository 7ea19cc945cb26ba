// @vitest-environment node
import { expect, test } from 'vitest'
import { batchesOf, countOf } from '@/desk/handin/handIn'
import type { Entry } from '@/protocol/messages'

const entry = (journal: string, seq: number, text = ''): Entry => ({ id: `${journal}${seq}`, journal, seq, args: { text } }) as unknown as Entry

test('entries go in the order of their journals, few at a time', () => {
  const many = Array.from({ length: 250 }, (_, at) => entry('b', 250 - at))
  const batches = batchesOf({ entries: [...many, entry('a', 1)] })
  expect(batches.map(({ journal, entries }) => [journal, entries.length, entries[0]?.seq])).toEqual([['a', 1, 1], ['b', 200, 1], ['b', 50, 201]])
})

test('a large entry goes by itself', () => {
  const large = 'x'.repeat(900_000)
  expect(batchesOf({ entries: [entry('a', 1, large), entry('a', 2, large), entry('a', 3)] }).map(({ entries }) => entries.length)).toEqual([1, 2])
})

test('what became of it is told in three numbers', () => {
  const words = ['applied', 'merged', 'held', 'waiting', 'applied'].map((verdict, seq) => ({ id: '', seq, verdict, reason: null }))
  expect(countOf(words)).toEqual({ applied: 3, held: 1, waiting: 1 })
})
