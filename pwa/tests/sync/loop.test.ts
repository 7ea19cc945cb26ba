import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SyncLoop, type LoopState } from '@/sync/loop'
import type { Outcome } from '@/sync/round'

let outcomes: (Outcome | Error)[]
let states: LoopState[]
let settled: number
let rounds: number
let loop: SyncLoop

beforeEach(() => {
  vi.useFakeTimers()
  outcomes = []
  states = []
  settled = 0
  rounds = 0
  loop = new SyncLoop({
    round: () => {
      rounds += 1
      const next = outcomes.shift() ?? { done: true }
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
    },
    changed: (state) => states.push(state),
    settled: () => (settled += 1),
    idleMs: () => 20_000,
    random: () => 1,
  })
})
afterEach(async () => {
  await loop.close()
  vi.useRealTimers()
})

const offline: Outcome = { done: false, why: 'offline' }

describe('the loop', () => {
  test('goes on while there is more, then rests', async () => {
    outcomes = [{ done: false, why: 'more' }, { done: false, why: 'more' }]
    await loop.wake()
    expect([rounds, states, settled]).toEqual([3, ['syncing', 'idle'], 1])
  })

  test('looks again by itself while idle', async () => {
    await loop.wake()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(rounds).toBe(2)
  })

  test('waits longer after every failure, up to five minutes', async () => {
    outcomes = Array.from({ length: 12 }, () => offline)
    await loop.wake()
    const pauses: number[] = []
    for (let seen = rounds; seen < 12; seen = rounds) {
      let waited = 0
      while (rounds === seen) {
        await vi.advanceTimersByTimeAsync(1000)
        waited += 1
      }
      pauses.push(waited)
    }
    expect(pauses.slice(0, 5)).toEqual([2, 4, 8, 16, 32])
    expect(pauses.at(-1)).toBe(300)
  })

  test('tries at once when something happens, however long it meant to wait', async () => {
    outcomes = [offline, offline, offline]
    await loop.wake()
    await loop.wake()
    await loop.wake()
    await loop.wake()
    expect([rounds, states.at(-1)]).toEqual([4, 'idle'])
  })

  test('runs once more when something happened during a round', async () => {
    const first = loop.wake()
    const second = loop.wake()
    await Promise.all([first, second])
    expect(rounds).toBe(2)
  })

  test('shows a failure of the phone’s own storage and goes on later', async () => {
    outcomes = [new Error('Connection to Indexed Database server lost')]
    await loop.wake()
    expect(states.at(-1)).toBe('error')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(states.at(-1)).toBe('idle')
  })

  test('waits for a log-in', async () => {
    outcomes = [{ done: false, why: 'login', error: { onsite: 'error', number: 4012, code: 'session_expired', message: '' } }]
    await loop.wake()
    expect(states.at(-1)).toBe('login')
  })

  test('does nothing any more once it is closed', async () => {
    await loop.wake()
    await loop.close()
    await vi.advanceTimersByTimeAsync(600_000)
    await loop.wake()
    expect(rounds).toBe(1)
  })
})
