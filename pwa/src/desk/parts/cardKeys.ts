/** A list of cards by keyboard: up and down go from card to card, other keys act on the one that has the focus. */
import { usePageKeys } from './pageKeys'

export interface CardKeys {
  /** The card that was last in focus. */
  readonly here: number
  /** Told when a card gets the focus by other means. */
  at: (index: number) => void
  goTo: (index: number) => void
}

/**
 * @param list how many cards there are, how one gets the focus, and whether keys belong to something else now.
 * @param press what a key means for a card; false: nothing.
 */
export function useCardKeys(
  list: { count: () => number; focus: (index: number) => void; busy: () => boolean },
  press: (key: string, index: number) => boolean,
): CardKeys {
  let here = 0

  function goTo(index: number): void {
    here = Math.min(Math.max(index, 0), list.count() - 1)
    list.focus(here)
  }

  function moved(key: string): boolean {
    const inside = document.activeElement?.closest('article') != null
    if (key === 'ArrowDown' || key === 'j') goTo(inside ? here + 1 : here)
    else if (key === 'ArrowUp' || key === 'k') goTo(here - 1)
    else return false
    return true
  }

  usePageKeys((key) => moved(key) || press(key, here), list.busy)
  return {
    get here() {
      return here
    },
    at: (index) => (here = index),
    goTo,
  }
}
