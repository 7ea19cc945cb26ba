/** How far apart two places are, as the crow flies; the same as `sync/distance.py`. Pure. */

/** A position in 1e-7 degrees, WGS-84. */
export interface Position {
  lat_e7: number
  lng_e7: number
}

const EARTH_M = 6_371_000

/** Metres between two positions in 1e-7 degrees. */
export function metresBetween(a: Position, b: Position): number {
  const rad = (e7: number): number => (e7 / 1e7 / 180) * Math.PI
  const dLat = rad(b.lat_e7 - a.lat_e7)
  const dLng = rad(b.lng_e7 - a.lng_e7)
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.lat_e7)) * Math.cos(rad(b.lat_e7)) * Math.sin(dLng / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
