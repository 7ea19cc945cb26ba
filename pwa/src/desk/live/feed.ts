/**
 * Follows the server's feed: asks for its head once a second, and for what changed when it moved.
 *
 *   asking ──head moved──▶ changes told ──▶ asking
 *     │ no answer            hidden ──▶ paused ──visible──▶ asking at once
 *     └▶ unreachable (asks again after 1, 2, 4, then every 5 s) ──answer──▶ asking, and "read anew" is told
 */

export interface Change {
  kind: string
  id: string
  order_id: string | null
}

export interface Head {
  position: number
  checkpoint: string
}

export interface Changes {
  position: number
  items: readonly Change[]
  /** The server can't say what changed: everything shown is to be read anew. */
  reset: boolean
}

export interface FeedPort {
  head: () => Promise<Head>
  changes: (since: number) => Promise<Changes>
}

/** What a listener is told: the changes, or that anything may have changed. */
export type News = readonly Change[] | 'everything'

export type LiveState = 'starting' | 'live' | 'paused' | 'unreachable'

export interface Surroundings {
  hidden: () => boolean
  /** Milliseconds since 1970. */
  now: () => number
  later: (run: () => void, ms: number) => () => void
}

const EVERY_MS = 1000
const WAITS_MS = [1000, 2000, 4000, 5000] as const

export class LiveFeed {
  state: LiveState = 'starting'
  /** When the server last answered, milliseconds since 1970. */
  lastAnswer: number | null = null

  private position: number | null = null
  private checkpoint: string | null = null
  private failures = 0
  private running = false
  private asking = false
  private again = false
  private cancel: () => void = () => undefined
  private readonly listeners = new Set<(news: News) => void>()

  constructor(
    private readonly port: FeedPort,
    private readonly around: Surroundings,
    private readonly told: (feed: LiveFeed) => void = () => undefined,
  ) {}

  start(): void {
    if (this.running) return
    this.running = true
    this.wake()
  }

  stop(): void {
    this.running = false
    this.cancel()
  }

  /** Asks at once: after an own change, on becoming visible, at a tap on "try again". */
  wake(): void {
    if (!this.running) return
    this.cancel()
    if (this.asking) this.again = true
    else void this.ask()
  }

  listen(listener: (news: News) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private async ask(): Promise<void> {
    if (this.around.hidden()) return this.become('paused') // wake() is called when the page is seen again
    this.asking = true
    try {
      await this.look()
    } catch (error) {
      this.missed(error)
    } finally {
      this.asking = false
      this.next()
    }
  }

  private async look(): Promise<void> {
    const { position, checkpoint } = await this.port.head()
    const wasAway = this.failures > 0
    this.failures = 0
    this.lastAnswer = this.around.now()
    const foreign = this.checkpoint !== null && this.checkpoint !== checkpoint
    const since = this.position
    if (since !== null && (foreign || wasAway || position < since)) this.tell('everything')
    else if (since !== null && position > since) await this.fetchChanges(since)
    // A later position may have been told with the changes.
    if (since === null || foreign || wasAway || position < since) this.position = position
    this.checkpoint = checkpoint
    this.become('live')
  }

  private async fetchChanges(since: number): Promise<void> {
    const { position, items, reset } = await this.port.changes(since)
    this.position = position
    if (reset) this.tell('everything')
    else if (items.length > 0) this.tell(items)
  }

  /** Tells listeners what is known already: an own change, before the feed says so. */
  tell(news: News): void {
    for (const listener of this.listeners) listener(news)
  }

  private missed(error: unknown): void {
    if (!this.running) return // stopped meanwhile: the session has ended, and that is told elsewhere
    if (this.failures === 0) console.warn('the server did not answer', error)
    this.failures += 1
    this.become('unreachable')
  }

  private next(): void {
    if (!this.running) return
    const wait = this.again ? 0 : this.failures === 0 ? EVERY_MS : (WAITS_MS[Math.min(this.failures, WAITS_MS.length) - 1] ?? EVERY_MS)
    this.again = false
    this.cancel = this.around.later(() => void this.ask(), wait)
  }

  private become(state: LiveState): void {
    this.state = state
    this.told(this)
  }
}
