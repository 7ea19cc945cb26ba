/** What the story plays on: the two windows, the switch of the phone's signal, and what came of it so far. */
import type { Hand } from './hand'

export interface Stage {
  desk: Hand
  phone: Hand
  /** The technician whose phone it is, as the screens name them. */
  technician: string
  english: boolean
  signal: (on: boolean) => void
  /** Ends the phone's app as `kill -9` would, and opens it again. */
  kill: () => Promise<void>
  /** Learned on the way. */
  order: { id: string; number: string }
  report: string
}
