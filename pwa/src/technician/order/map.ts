/** Links to a map app. Positions are stored as WGS-84; the map is told so and converts them itself. */

interface Mappable {
  name: string
  address: string | null
  lat_e7: number | null
  lng_e7: number | null
}

/** An address that opens Amap's app where it is installed, else its page. */
export function mapLink({ name, address, lat_e7, lng_e7 }: Mappable): string {
  if (lat_e7 === null || lng_e7 === null)
    return `https://uri.amap.com/search?keyword=${encodeURIComponent(address ?? name)}&callnative=1`
  const position = `${(lng_e7 / 1e7).toFixed(6)},${(lat_e7 / 1e7).toFixed(6)}`
  return `https://uri.amap.com/marker?position=${position}&name=${encodeURIComponent(name)}&coordinate=wgs84&callnative=1`
}

const EARTH_M = 6_371_000

/** Metres between two positions in 1e-7 degrees. */
export function metresBetween(a: { lat_e7: number; lng_e7: number }, b: { lat_e7: number; lng_e7: number }): number {
  const rad = (e7: number): number => (e7 / 1e7 / 180) * Math.PI
  const dLat = rad(b.lat_e7 - a.lat_e7)
  const dLng = rad(b.lng_e7 - a.lng_e7)
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.lat_e7)) * Math.cos(rad(b.lat_e7)) * Math.sin(dLng / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
