/** One tab leads, the others ask it. Locks freeze with their tab, so a follower that hears nothing helps itself. */

export interface LeaderPorts {
  /** This tab leads now. */
  lead: () => void
  /** Another tab (or the service worker) asks to sync. */
  wake: () => void
  /** What the leading tab tells of itself. */
  heard: (news: unknown) => void
}

interface Message {
  type: 'wake' | 'news'
  news?: unknown
}

const PATIENCE_MS = 4_000

/** The lock for which each window of a person's app stands. */
export const leaderOf = (person: string): string => `onsite-sync-${person}`

export class Leader {
  leading = false
  private readonly channel: BroadcastChannel | undefined
  private release: (() => void) | undefined
  private impatience: ReturnType<typeof setTimeout> | undefined
  private closed = false

  constructor(
    private readonly name: string,
    private readonly ports: LeaderPorts,
    /** Absent on plain HTTP and in old WebViews. */
    private readonly locks: Pick<LockManager, 'request'> | null = (navigator as Partial<Navigator>).locks ?? null,
  ) {
    this.channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)
    if (this.channel !== undefined) this.channel.onmessage = (event: MessageEvent<Message>) => this.receive(event.data)
  }

  /** Waits for the lock as long as this tab lives. Without Web Locks every tab leads: correct, only busier. */
  async stand(): Promise<void> {
    if (this.locks === null) return this.take()
    await this.locks.request(this.name, async () => {
      if (this.closed) return
      this.take()
      await new Promise<void>((resolve) => (this.release = resolve))
    })
  }

  private take(): void {
    this.leading = true
    clearTimeout(this.impatience)
    this.ports.lead()
  }

  private receive(message: Message): void {
    if (message.type === 'wake' && this.leading) this.ports.wake()
    if (message.type === 'news' && !this.leading) {
      clearTimeout(this.impatience)
      this.ports.heard(message.news)
    }
  }

  /** Asks whoever leads to sync; if nobody stirs, this tab does it itself. */
  ask(): void {
    if (this.leading || this.channel === undefined) return this.ports.wake()
    this.channel.postMessage({ type: 'wake' } satisfies Message)
    clearTimeout(this.impatience)
    this.impatience = setTimeout(() => this.ports.wake(), PATIENCE_MS)
  }

  /** Tells the other tabs how things stand. */
  tell(news: unknown): void {
    if (!this.closed) this.channel?.postMessage({ type: 'news', news } satisfies Message)
  }

  close(): void {
    this.closed = true
    this.leading = false
    clearTimeout(this.impatience)
    this.release?.()
    this.channel?.close()
  }
}
