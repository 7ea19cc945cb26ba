/** Who is at this desk, and what they may do. One per page. */
import { computed, inject, ref, shallowRef, type App, type ComputedRef, type InjectionKey, type Ref, type ShallowRef, type WatchSource } from 'vue'
import { Refused, Rest, type Done, type Query } from '@/protocol/rest'
import { LiveFeed, type Change, type Changes, type Head, type LiveState, type News } from './live/feed'
import { createReading, type Reading } from './live/reader'
import type { Me } from './data/types'
import type { CompanyRegion } from '@/ui/page'

export interface LiveView {
  state: LiveState
  lastAnswer: number | null
}

export interface Desk {
  rest: Rest
  /** The person, once known. */
  me: ShallowRef<Me | null>
  /** `asking` until the server said whether this browser has a session. */
  door: Ref<'asking' | 'out' | 'in' | 'unreachable'>
  /** The session ended while something was on the screen: the log-in lies over it. */
  expired: Ref<boolean>
  live: Ref<LiveView>
  /** The company's zone and currency. */
  region: Ref<CompanyRegion>
  /** The server's present, in milliseconds; moves every few seconds. */
  now: Ref<number>
  may: (permission: string) => boolean
  enter: () => Promise<void>
  logIn: (login: string, password: string) => Promise<void>
  logOut: () => Promise<void>
  wake: () => void
  /** Tells the screens about an own change at once. */
  tell: (news: News) => void
  listen: (listener: (news: News) => void) => () => void
  start: () => void
}

const DESK: InjectionKey<Desk> = Symbol('the desk')
const TICK_MS = 5_000

/** This device's clock against the server's: HTTP's Date has whole seconds, so small differences say nothing. */
function createClock(): { now: Ref<number>; heard: (ms: number) => void } {
  let offset = 0
  const now = ref(Date.now())
  setInterval(() => (now.value = Date.now() + offset), TICK_MS)
  return {
    now,
    heard: (ms) => {
      const seen = ms - Date.now()
      if (Math.abs(seen - offset) > 2_000) {
        offset = seen
        now.value = Date.now() + offset
      }
    },
  }
}

function createFeed(rest: Rest, live: Ref<LiveView>): LiveFeed {
  const feed = new LiveFeed(
    {
      head: () => rest.read<Head>('feed/head'),
      changes: (since) => rest.read<Changes>('feed/changes', { since }),
    },
    {
      hidden: () => document.hidden,
      now: () => Date.now(),
      later: (run, ms) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    },
    ({ state, lastAnswer }) => {
      if (live.value.state !== state || state !== 'live') live.value = { state, lastAnswer }
      else live.value.lastAnswer = lastAnswer
    },
  )
  document.addEventListener('visibilitychange', () => feed.wake())
  window.addEventListener('online', () => feed.wake())
  return feed
}

/**
 * Makes the desk's session.
 *
 * @param language the language that the person reads now.
 * @param region the page's formats follow it; set from the company once that is known.
 */
export function createDesk(language: () => string, region: Ref<CompanyRegion>): Desk {
  const me = shallowRef<Me | null>(null)
  const door = ref<'asking' | 'out' | 'in' | 'unreachable'>('asking')
  const expired = ref(false)
  const live = ref<LiveView>({ state: 'starting', lastAnswer: null })
  const clock = createClock()
  const rest = new Rest({
    language,
    serverTime: clock.heard,
    loggedOut: () => {
      if (door.value !== 'in') return
      expired.value = true
      feed.stop() // the server is there, so nothing must say that it is not
    },
  })
  const feed = createFeed(rest, live)
  const permissions = computed(() => new Set(me.value?.permissions ?? []))

  async function enter(): Promise<void> {
    try {
      me.value = await rest.read<Me>('me')
      const { company } = me.value
      if (company !== null) region.value = { zone: company.timezone, currency: company.currency }
      const again = expired.value
      door.value = 'in'
      expired.value = false
      feed.start()
      feed.wake()
      if (again) feed.tell('everything') // what was asked for without a session was refused
    } catch (error) {
      door.value = error instanceof Refused ? 'out' : 'unreachable'
      if (!(error instanceof Refused)) console.warn('the server did not say who is here', error)
    }
  }

  return {
    rest, me, door, expired, live, region, now: clock.now, enter,
    may: (permission) => permissions.value.has(permission),
    async logIn(login, password) {
      const before = me.value?.person.id
      await rest.send('POST', 'sessions', { login, password })
      await enter()
      // Somebody else took over this window: nothing of the former person's may stay on it.
      if (before !== undefined && before !== me.value?.person.id) location.reload()
    },
    async logOut() {
      feed.stop()
      door.value = 'out'
      await rest.send('DELETE', 'sessions/current')
      me.value = null
    },
    wake: () => feed.wake(),
    tell: (news) => feed.tell(news),
    listen: (listener) => feed.listen(listener),
    start: () => void enter(),
  }
}

export function provideDesk(app: App, desk: Desk): void {
  app.provide(DESK, desk)
}

export function useDesk(): Desk {
  const desk = inject(DESK)
  if (desk === undefined) throw new Error('no desk was set up')
  return desk
}

/** Whether the person may do something; for templates. */
export function useMay(permission: string): ComputedRef<boolean> {
  const desk = useDesk()
  return computed(() => desk.may(permission))
}

/** Reads something from the server for this screen and keeps it fresh within two seconds. */
export function useRead<T>(
  question: () => { path: string; query?: Query } | null,
  touches?: (change: Change) => boolean,
  options: { from?: WatchSource | WatchSource[]; keep?: boolean } = {},
): Reading<T | null> {
  const desk = useDesk()
  return createReading<T | null>(
    async (signal) => {
      const asked = question()
      return asked === null ? null : desk.rest.read<T>(asked.path, asked.query, signal)
    },
    { ...options, listen: desk.listen, ...(touches === undefined ? {} : { touches }) },
  )
}

/** Runs a command and asks for its effects at once. */
export function useRun(): <T = unknown>(name: string, args: object, id?: string, limit?: number) => Promise<Done<T>> {
  const desk = useDesk()
  return async (name, args, id, limit) => {
    const done = await desk.rest.run(name, args, id, limit)
    desk.wake()
    return done as Done<never>
  }
}
