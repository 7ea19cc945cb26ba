import { describe, expect, test } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { News } from '@/desk/live/feed'
import { createReading, type Reading } from '@/desk/live/reader'

interface Question {
  signal: AbortSignal
  answer: (value: string) => void
  fail: (error: Error) => void
}

function desk(): {
  questions: Question[]
  load: (signal: AbortSignal) => Promise<string>
  listen: (listener: (news: News) => void) => () => void
  tell: (news: News) => void
} {
  const questions: Question[] = []
  const listeners = new Set<(news: News) => void>()
  return {
    questions,
    load: (signal) => new Promise((answer, fail) => questions.push({ signal, answer, fail })),
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: (news) => {
      for (const listener of listeners) listener(news)
    },
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await Promise.resolve()
  await nextTick()
}

function inScope<T>(make: () => Reading<T>): { reading: Reading<T>; leave: () => void } {
  const scope = effectScope()
  const reading = scope.run(make) as Reading<T>
  return { reading, leave: () => scope.stop() }
}

describe('what is on the screen', () => {
  test('stays until newer data are there', async () => {
    const { questions, load, listen, tell } = desk()
    const { reading } = inScope(() => createReading(load, { listen }))
    expect(reading.state.value).toBe('loading')
    questions[0]?.answer('first')
    await settled()
    tell('everything')
    expect([reading.state.value, reading.data.value]).toEqual(['ready', 'first'])
    questions[1]?.answer('second')
    await settled()
    expect(reading.data.value).toBe('second')
  })

  test('is read anew only for changes that concern it', async () => {
    const { questions, load, listen, tell } = desk()
    inScope(() => createReading(load, { listen, touches: ({ id }) => id === 'mine' }))
    questions[0]?.answer('first')
    await settled()
    tell([{ kind: 'order', id: 'other', order_id: null }])
    expect(questions).toHaveLength(1)
    tell([{ kind: 'order', id: 'mine', order_id: null }])
    expect(questions).toHaveLength(2)
  })

  test('asks one question at a time, and once more for all that changed meanwhile', async () => {
    const { questions, load, listen, tell } = desk()
    const { reading } = inScope(() => createReading(load, { listen }))
    tell('everything')
    tell('everything')
    expect(questions).toHaveLength(1)
    questions[0]?.answer('old')
    await settled()
    expect(questions).toHaveLength(2)
    questions[1]?.answer('new')
    await settled()
    expect([reading.data.value, questions.length]).toEqual(['new', 2])
  })

  test('survives a failed refresh and says why', async () => {
    const { questions, load, listen, tell } = desk()
    const { reading } = inScope(() => createReading(load, { listen }))
    questions[0]?.answer('first')
    await settled()
    tell('everything')
    questions[1]?.fail(new Error('gone'))
    await settled()
    expect([reading.state.value, reading.data.value, reading.problem.value?.message]).toEqual(['ready', 'first', 'gone'])
  })

  test('fails openly when there is nothing to show', async () => {
    const { questions, load } = desk()
    const { reading } = inScope(() => createReading(load))
    questions[0]?.fail(new Error('gone'))
    await settled()
    expect(reading.state.value).toBe('failed')
  })

  test('of another record never shows the answer about the one before', async () => {
    const { questions, load } = desk()
    const id = ref('a')
    const { reading } = inScope(() => createReading(load, { from: id }))
    id.value = 'b'
    await nextTick()
    expect(questions[0]?.signal.aborted).toBe(true)
    questions[0]?.answer('about a')
    questions[1]?.answer('about b')
    await settled()
    expect(reading.data.value).toBe('about b')
  })

  test('of a filtered list keeps the rows while the next ones come', async () => {
    const { questions, load } = desk()
    const filter = ref('x')
    const { reading } = inScope(() => createReading(load, { from: filter, keep: true }))
    questions[0]?.answer('rows of x')
    await settled()
    filter.value = 'y'
    await nextTick()
    expect([reading.state.value, reading.data.value]).toEqual(['ready', 'rows of x'])
  })

  test('says of the old rows that they answer another question', async () => {
    const { questions, load } = desk()
    const filter = ref('x')
    const { reading } = inScope(() => createReading(load, { from: filter, keep: true }))
    questions[0]?.answer('rows of x')
    await settled()
    const before = reading.stale()
    filter.value = 'y'
    await nextTick()
    const between = reading.stale()
    questions[1]?.answer('rows of y')
    await settled()
    expect([before, between, reading.stale()]).toEqual([false, true, false])
  })

  test('is left behind when the screen is left', async () => {
    const { questions, load, listen, tell } = desk()
    const { leave } = inScope(() => createReading(load, { listen }))
    leave()
    expect(questions[0]?.signal.aborted).toBe(true)
    tell('everything')
    await settled()
    expect(questions).toHaveLength(1)
  })
})
