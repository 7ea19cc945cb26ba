import { beforeEach, describe, expect, test } from 'vitest'
import { LiveFeed, type Changes, type Head, type News } from '@/desk/live/feed'

/** A server that can be moved on, lost and restored, and a clock that is wound by hand. */
class Town {
  position = 10
  checkpoint = 'one'
  reachable = true
  hidden = false
  now = 0
  heads = 0
  reset = false
  news: News[] = []
  waits: number[] = []
  private timer: (() => void) | null = null

  readonly feed = new LiveFeed(
    {
      head: () => this.answer<Head>(() => {
        this.heads += 1
        return { position: this.position, checkpoint: this.checkpoint }
      }),
      changes: (since) => this.answer<Changes>(() => ({
        position: this.position, reset: this.reset, items: [{ kind: 'order', id: `changed since ${since}`, order_id: null }],
      })),
    },
    {
      hidden: () => this.hidden,
      now: () => this.now,
      later: (run, ms) => {
        this.timer = run
        this.waits.push(ms)
        return () => (this.timer = null)
      },
    },
  )

  constructor() {
    this.feed.listen((news) => this.news.push(news))
  }

  /** Lets all answers come, then the next timer fire. */
  async tick(): Promise<void> {
    await settled()
    const run = this.timer
    this.timer = null
    run?.()
    await settled()
  }

  private answer<T>(make: () => T): Promise<T> {
    return this.reachable ? Promise.resolve(make()) : Promise.reject(new Error('no answer'))
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

let town: Town
beforeEach(() => {
  town = new Town()
})

describe('the feed', () => {
  test('asks once a second and says nothing while nothing changes', async () => {
    town.feed.start()
    for (let second = 0; second < 3; second++) await town.tick()
    expect(town.heads).toBe(4)
    expect(town.waits.every((ms) => ms === 1000)).toBe(true)
    expect(town.news).toEqual([])
    expect(town.feed.state).toBe('live')
  })

  test('tells what changed since it last looked', async () => {
    town.feed.start()
    await settled()
    town.position = 12
    await town.tick()
    expect(town.news).toEqual([[{ kind: 'order', id: 'changed since 10', order_id: null }]])
    await town.tick()
    expect(town.news).toHaveLength(1)
  })

  test('reads everything anew when the server can’t say what changed', async () => {
    town.feed.start()
    await settled()
    town.position = 9000
    town.reset = true
    await town.tick()
    expect(town.news).toEqual(['everything'])
  })

  test('reads everything anew when the server was put back to a backup', async () => {
    town.feed.start()
    await settled()
    town.position = 4
    town.checkpoint = 'two'
    await town.tick()
    expect(town.news).toEqual(['everything'])
    town.position = 5
    await town.tick()
    expect(town.news[1]).toEqual([{ kind: 'order', id: 'changed since 4', order_id: null }])
  })

  test('asks less often while nobody answers, and reads everything anew afterwards', async () => {
    town.feed.start()
    await settled()
    town.reachable = false
    town.waits = []
    for (let turn = 0; turn < 6; turn++) await town.tick()
    expect(town.waits).toEqual([1000, 2000, 4000, 5000, 5000, 5000])
    expect(town.feed.state).toBe('unreachable')
    town.reachable = true
    await town.tick()
    expect(town.feed.state).toBe('live')
    expect(town.news).toEqual(['everything'])
  })

  test('rests while the page is hidden, and looks at once when it is seen again', async () => {
    town.feed.start()
    await settled()
    town.hidden = true
    await town.tick()
    await town.tick()
    expect([town.feed.state, town.heads]).toEqual(['paused', 1])
    town.hidden = false
    town.position = 11
    town.feed.wake()
    await settled()
    expect(town.feed.state).toBe('live')
    expect(town.news).toHaveLength(1)
  })

  test('that was stopped asks no more', async () => {
    town.feed.start()
    await settled()
    town.feed.stop()
    await town.tick()
    town.feed.wake()
    await settled()
    expect(town.heads).toBe(1)
  })
})
