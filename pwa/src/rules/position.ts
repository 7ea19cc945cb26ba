/**
 * Positions are kept as WGS-84. Maps of mainland China draw everything in GCJ-02, Baidu's in BD-09, a few hundred metres
 * away: a link is to be given in the system of the map that opens it. Pure; degrees, never stored.
 */
import type { Position } from './distance'

export interface Degrees {
  lat: number
  lng: number
}

/** Krasovsky 1940, as GCJ-02 is reckoned with: the equator's radius in metres, and its eccentricity squared. */
const RADIUS_M = 6_378_245
const ECCENTRICITY = 0.006693421622965943
const BD_TURN = (Math.PI * 3000) / 180

/** [north, west, south, east]: boxes that hold mainland China, and those of its neighbours that they hold too. */
const INSIDE = [
  [49.2204, 79.4462, 42.8899, 96.33], [54.1415, 109.6872, 39.3742, 135.0002], [42.8899, 73.1246, 29.5297, 124.143255],
  [29.5297, 82.9684, 26.7186, 97.0352], [29.5297, 97.0253, 20.414096, 124.367395], [20.414096, 107.975793, 17.871542, 111.744104],
] as const
const OUTSIDE = [
  [25.398623, 119.921265, 21.785006, 122.497559], [22.284, 101.8652, 20.0988, 106.665], [21.5422, 106.4525, 20.4878, 108.051],
  [55.8175, 109.0323, 50.3257, 119.127], [55.8175, 127.4568, 49.5574, 137.0227], [44.8922, 131.2662, 42.5692, 137.0227],
] as const

type Box = readonly [north: number, west: number, south: number, east: number]
const holds = ({ lat, lng }: Degrees) => ([north, west, south, east]: Box): boolean => lat <= north && lat >= south && lng >= west && lng <= east

/** Whether maps are shifted there; at a border within some kilometres. */
export function isInChina(place: Degrees): boolean {
  return INSIDE.some(holds(place)) && !OUTSIDE.some(holds(place))
}

const { sin, cos, sqrt, abs, PI } = Math

/** The waves that both offsets have: of the distance east and of one more. */
function waves(x: number, other: readonly [number, number, number], of: number): number {
  const [a, b, c] = other
  return ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2 + (20 * sin(of * PI) + 40 * sin((of / 3) * PI)) * 2 + (a * sin((of / 12) * PI) + b * sin((of / c) * PI)) * 2) / 3
}

function northOf(x: number, y: number): number {
  return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves(x, [160, 320, 30], y)
}

function eastOf(x: number, y: number): number {
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves(x, [150, 300, 30], x)
}

/** GCJ-02, the system of Amap, Tencent and of Apple's maps of China; abroad nothing is shifted. */
export function toGcj02(place: Degrees): Degrees {
  if (!isInChina(place)) return place
  const { lat, lng } = place
  const [x, y] = [lng - 105, lat - 35]
  const rad = (lat / 180) * PI
  const magic = 1 - ECCENTRICITY * sin(rad) ** 2
  return {
    lat: lat + (northOf(x, y) * 180) / (((RADIUS_M * (1 - ECCENTRICITY)) / (magic * sqrt(magic))) * PI),
    lng: lng + (eastOf(x, y) * 180) / ((RADIUS_M / sqrt(magic)) * cos(rad) * PI),
  }
}

/** BD-09, Baidu's own shift on top of GCJ-02. */
export function gcj02ToBd09({ lat, lng }: Degrees): Degrees {
  const far = sqrt(lng * lng + lat * lat) + 0.00002 * sin(lat * BD_TURN)
  const angle = Math.atan2(lat, lng) + 0.000003 * cos(lng * BD_TURN)
  return { lat: far * sin(angle) + 0.006, lng: far * cos(angle) + 0.0065 }
}

export function degreesOf({ lat_e7, lng_e7 }: Position): Degrees {
  return { lat: lat_e7 / 1e7, lng: lng_e7 / 1e7 }
}
