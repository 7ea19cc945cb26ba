/**
 * When to talk to the server.
 *
 *             wake (start, online, visible, action, timer, message)
 *      ┌──────────────────────────────────────────────────────┐
 *      │                                                      ▼
 *   ┌──┴───┐   everything up, head reached   ┌────────────────────┐ ──┐ more: at once
 *   │ idle │ ◄────────────────────────────── │      syncing       │   │
 *   └──────┘                                 └────────────────────┘ ◄─┘
 *                                              │        ▲
 *              no answer, a stranger's answer  │        │ timer with backoff,
 *                 401          another error   ▼        │ or wake: at once
 *                        ┌─────────┐ ┌───────┐ ┌───────┐
 *                        │ offline │ │ login │ │ error │
 *                        └─────────┘ └───────┘ └───────┘
 *
 * Nothing here is needed for correctness: two loops may run at once (a frozen leader, a service worker).
 */
import type { ErrorAnswer } from '../protocol/messages'
import type { Outcome } from './round'

export type LoopState = 'idle' | 'syncing' | 'offline' | 'login' | 'error'

export interface LoopPorts {
  round: () => Promise<Outcome>
  /** Called after each change of state. */
  changed: (state: LoopState, error: ErrorAnswer | null) => void
  /** Called when everything is up and the head is reached: time for what has lowest priority. */
  settled: () => void
  /** Milliseconds until an idle loop looks again. */
  idleMs: () => number
  random?: () => number
}

const FIRST_BACKOFF_MS = 2_000
const LAST_BACKOFF_MS = 5 * 60_000
/** Rounds in a row without an end: something is wrong, and a phone's battery is at stake. */
const MOST_ROUNDS = 10_000

export class SyncLoop {
  private state: LoopState = 'idle'
  private running: Promise<void> | undefined
  private again = false
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private closed = false

  constructor(private readonly ports: LoopPorts) {}

  /** Something happened: sync now, or once more after the round that runs. */
  wake(): Promise<void> {
    if (this.closed) return Promise.resolve()
    clearTimeout(this.timer)
    if (this.running !== undefined) this.again = true
    this.running ??= this.run().finally(() => (this.running = undefined))
    return this.running
  }

  /** Stops; a round that runs is let finish. */
  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    await this.running
  }

  private async run(): Promise<void> {
    do {
      this.again = false
      this.enter('syncing')
      this.finish(await this.rounds())
    } while (this.again && !this.closed)
    this.rest()
  }

  private async rounds(): Promise<Outcome> {
    for (let count = 0; count < MOST_ROUNDS; count++) {
      const outcome = await this.attempt()
      if (outcome.done || outcome.why !== 'more' || this.closed) return outcome
    }
    return { done: false, why: 'offline' }
  }

  /** A failure of the phone's own storage must not end the loop: it is shown, and tried again later. */
  private async attempt(): Promise<Outcome> {
    try {
      return await this.ports.round()
    } catch (error) {
      console.error('a sync round failed on this device', error)
      const message = error instanceof Error ? error.message : String(error)
      return { done: false, why: 'error', error: { onsite: 'error', number: 0, code: 'device', message } }
    }
  }

  private finish(outcome: Outcome): void {
    if (outcome.done) {
      this.failures = 0
      this.enter('idle')
      this.ports.settled()
    } else if (outcome.why !== 'more') {
      this.failures += 1
      this.enter(outcome.why, 'error' in outcome ? outcome.error : null)
    }
  }

  private enter(state: LoopState, error: ErrorAnswer | null = null): void {
    this.state = state
    this.ports.changed(state, error)
  }

  private rest(): void {
    if (this.closed) return
    const pause = this.state === 'idle' ? this.ports.idleMs() : this.backoff()
    this.timer = setTimeout(() => void this.wake(), pause)
  }

  /** Longer after every failure, and never in step with other phones. */
  private backoff(): number {
    const longest = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(this.failures - 1, 12))
    return longest * (0.5 + (this.ports.random ?? Math.random)() / 2)
  }
}
