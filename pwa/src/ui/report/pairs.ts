/** Which photos of a report stand side by side: the same place before and after. The mirror of sync/pairs.py. Pure. */

interface Taken {
  readonly slot: string | null
  readonly taken_at: string | null
}

/**
 * The first photo before beside the first one after, the second beside the second; pairs of places in `photos`.
 *
 * @param photos oldest first; those of the order's earlier visits too
 * @param arrivedAt of the report's visit: earlier photos are of another visit and in no pair
 */
export function pairsOf(photos: readonly Taken[], arrivedAt: string | null): [number, number][] {
  const places = (slot: string): number[] =>
    photos.flatMap((one, place) => (one.slot === slot && (one.taken_at ?? '') >= (arrivedAt ?? '') ? [place] : []))
  const after = places('after')
  return places('before').slice(0, after.length).map((place, nth) => [place, after[nth] as number])
}
