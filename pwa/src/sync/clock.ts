/** The device's clocks, and what the server's answers say about them. Deadlines use the corrected time. */
import { newId } from '../protocol/ids'
import type { Moment } from '../journal/journal'

/** What the phone believes about its clock. */
export interface ClockEstimate {
  /** Milliseconds to add to the device's time to get the server's. */
  offset_ms: number
  /** Half the round trip in which it was measured: it may be wrong by that much. */
  uncertainty_ms: number
}

/** The two clocks of a device: the one a person can set, and the one that only counts. */
export interface Clocks {
  /** Milliseconds since 1970. */
  now: () => number
  /** Milliseconds since some moment of this run. */
  mono: () => number
}

export const DEVICE: Clocks = { now: () => Date.now(), mono: () => performance.now() }

export class DeviceClock {
  /** Names this run of the page: monotonic times of two runs can't be compared. */
  readonly run = newId()

  constructor(
    private readonly clocks: Clocks = DEVICE,
    private estimate: ClockEstimate = { offset_ms: 0, uncertainty_ms: Infinity },
  ) {}

  /** Milliseconds since 1970, as the device has it. */
  now(): number {
    return this.clocks.now()
  }

  mono(): number {
    return Math.round(this.clocks.mono())
  }

  /** This moment, as an entry records it. */
  moment(): Moment {
    return {
      made_at: new Date(this.now()).toISOString(),
      mono_ms: this.mono(),
      run: this.run,
      offset_ms: Math.round(this.estimate.offset_ms),
    }
  }

  /** The server's time, as well as the phone can tell. */
  corrected(): string {
    return new Date(this.now() + this.estimate.offset_ms).toISOString()
  }

  /**
   * Learns from an answer.
   *
   * @param sentMono when the request left, on the monotonic clock.
   * @returns the new estimate, or nothing when the answer is too slow to teach anything.
   */
  learn(serverTime: string, sentMono: number): ClockEstimate | undefined {
    const half = (this.clocks.mono() - sentMono) / 2
    const seen = { offset_ms: Math.round(Date.parse(serverTime) - (this.now() - half)), uncertainty_ms: Math.ceil(half) }
    const moved = Math.abs(seen.offset_ms - this.estimate.offset_ms)
    // A worse measurement that agrees with a better one is no news; one that contradicts it is (the clock was set).
    if (half >= this.estimate.uncertainty_ms && moved <= half + this.estimate.uncertainty_ms) return undefined
    this.estimate = seen
    return seen
  }
}
