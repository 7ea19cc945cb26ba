import { afterEach, expect, test, vi } from 'vitest'
import { Leader } from '@/sync/leader'

type Locks = Pick<LockManager, 'request'>

/** Locks as browsers have them: one holder at a time, the others wait in order. */
function locksOfOneBrowser(): Locks {
  let last: Promise<unknown> = Promise.resolve()
  const request = (_name: string, held: () => Promise<unknown>): Promise<unknown> => (last = last.then(held))
  return { request } as unknown as Locks
}

interface Tab {
  leader: Leader
  led: number
  woken: number
  news: unknown[]
}

const open: Leader[] = []

function tab(locks: Locks, name = 'test'): Tab {
  const state: Tab = { leader: undefined as unknown as Leader, led: 0, woken: 0, news: [] }
  state.leader = new Leader(name, { lead: () => (state.led += 1), wake: () => (state.woken += 1), heard: (news) => state.news.push(news) }, locks)
  open.push(state.leader)
  void state.leader.stand()
  return state
}

afterEach(() => {
  open.splice(0).forEach((leader) => leader.close())
  vi.useRealTimers()
})

test('one tab leads; the next one takes over when it is closed', async () => {
  const locks = locksOfOneBrowser()
  const [first, second] = [tab(locks), tab(locks)]
  await expect.poll(() => [first.led, second.led]).toEqual([1, 0])
  first.leader.close()
  await expect.poll(() => second.led).toBe(1)
})

test('a follower asks the leader, and hears how things stand', async () => {
  const locks = locksOfOneBrowser()
  const [first, second] = [tab(locks), tab(locks)]
  await expect.poll(() => first.led).toBe(1)
  second.leader.ask()
  await expect.poll(() => first.woken).toBe(1)
  first.leader.tell({ state: 'idle' })
  await expect.poll(() => second.news).toEqual([{ state: 'idle' }])
  expect(second.woken).toBe(0)
})

test('a follower whose leader is frozen helps itself', async () => {
  vi.useFakeTimers()
  const frozen: Locks = { request: () => new Promise(() => undefined) }
  const alone = tab(frozen, 'frozen')
  alone.leader.ask()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(alone.woken).toBe(1)
})

test('without locks every tab leads', async () => {
  const alone: Tab = { leader: undefined as unknown as Leader, led: 0, woken: 0, news: [] }
  alone.leader = new Leader('none', { lead: () => (alone.led += 1), wake: () => (alone.woken += 1), heard: () => undefined }, null)
  open.push(alone.leader)
  await alone.leader.stand()
  alone.leader.ask()
  expect([alone.led, alone.woken]).toEqual([1, 1])
})
