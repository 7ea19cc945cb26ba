/** What is on the screen, kept up to date in place: old data stay until newer ones are there. */
import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'
import type { Change, News } from './feed'

export type ReadState = 'loading' | 'ready' | 'failed'

export interface Reading<T> {
  /** What was read last; stays while newer data are on their way, and when they can't be got. */
  data: ShallowRef<T | null>
  state: ShallowRef<ReadState>
  /** Why the last attempt failed; null when it did not. */
  problem: ShallowRef<Error | null>
  reload: () => Promise<void>
  /** Whether an answer is on its way. */
  busy: () => boolean
  /** Whether what is shown answers an earlier question than the one that was asked last. */
  stale: () => boolean
}

export interface ReadOptions {
  /** Whether a change concerns this screen; nothing given: every change does. */
  touches?: (change: Change) => boolean
  /** Reads anew, from an empty screen, when one of these changes (another order, another filter). */
  from?: WatchSource | WatchSource[]
  /** Keeps showing the old data when `from` changes (a list that is filtered). */
  keep?: boolean
  listen?: (listener: (news: News) => void) => () => void
}

/**
 * Reads something for a screen and keeps it fresh.
 *
 * At most one question is under way; what changes meanwhile is asked for once more afterwards.
 */
export function createReading<T>(load: (signal: AbortSignal) => Promise<T>, options: ReadOptions = {}): Reading<T> {
  const data = shallowRef<T | null>(null)
  const state = shallowRef<ReadState>('loading')
  const problem = shallowRef<Error | null>(null)
  let current: AbortController | null = null
  let again = false
  let stale = false

  async function once(): Promise<void> {
    const mine = new AbortController()
    current = mine
    try {
      const answer = await load(mine.signal)
      if (current !== mine) return
      data.value = answer
      stale = false
      state.value = 'ready'
      problem.value = null
    } catch (error) {
      if (current !== mine) return
      problem.value = error as Error
      if (data.value === null) state.value = 'failed'
    }
    if (current === mine) current = null
  }

  async function reload(): Promise<void> {
    if (current !== null) {
      again = true
      return
    }
    do {
      again = false
      await once()
    } while (again)
  }

  function restart(): void {
    current?.abort()
    current = null
    again = false
    stale = data.value !== null && options.keep === true
    if (options.keep !== true) {
      data.value = null
      state.value = 'loading'
    }
    void reload()
  }

  const stop = options.listen?.((news) => {
    const concerns = news === 'everything' || options.touches === undefined || news.some(options.touches)
    if (concerns) void reload()
  })
  if (options.from !== undefined) watch(options.from, restart)
  onScopeDispose(() => {
    current?.abort()
    current = null
    stop?.()
  })
  void reload()
  return { data, state, problem, reload, busy: () => current !== null, stale: () => stale }
}
