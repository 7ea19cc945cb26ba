/**
 * The order in which to drive, by a rule that one can say in a sentence: what has a time comes at its time; then what is
 * urgent, then the rest, each time the nearest to where one is by then. Without positions: what came first. Pure.
 */
import { metresBetween, type Position } from '@/rules/distance'

export interface Stop {
  id: string
  /** When the customer expects somebody; null where no time was agreed. */
  window_start: string | null
  urgent: boolean
  received_at: string
  place: Position | null
}

const byTime = (a: Stop, b: Stop): number => (a.window_start ?? '').localeCompare(b.window_start ?? '') || a.received_at.localeCompare(b.received_at)

/** What is nearest; of places that nobody knows, what came first, after all that are known. */
function nearest<S extends Stop>(waiting: readonly S[], here: Position | null): S {
  const far = ({ place }: S): number => (here === null || place === null ? Infinity : metresBetween(here, place))
  return waiting.reduce((best, one) => {
    const [a, b] = [far(best), far(one)]
    return b < a || (b === a && one.received_at < best.received_at) ? one : best
  })
}

/** @param here where the technician is, if they said so */
export function routeOf<S extends Stop>(stops: readonly S[], here: Position | null): S[] {
  const route = stops.filter(({ window_start }) => window_start !== null).sort(byTime)
  let at = route.filter(({ place }) => place !== null).at(-1)?.place ?? here
  for (const urgent of [true, false]) {
    let waiting = stops.filter((one) => one.window_start === null && one.urgent === urgent)
    while (waiting.length > 0) {
      const next = nearest(waiting, at)
      route.push(next)
      at = next.place ?? at
      waiting = waiting.filter((one) => one !== next)
    }
  }
  return route
}
