/** One fix of the phone's position, asked for by a tap and never again. */

export interface Fix {
  lat_e7: number
  lng_e7: number
  accuracy_m: number
}

export type NoFix = 'denied' | 'unavailable' | 'timeout'

const PATIENCE_MS = 15_000
const WORST_M = 100_000

/** The browser's figures as the integers that are synced. */
export function fixOf(coords: Pick<GeolocationCoordinates, 'latitude' | 'longitude' | 'accuracy'>): Fix {
  return {
    lat_e7: Math.round(coords.latitude * 1e7),
    lng_e7: Math.round(coords.longitude * 1e7),
    accuracy_m: Math.min(WORST_M, Math.max(0, Math.round(coords.accuracy))),
  }
}

const REASONS: Record<number, NoFix> = { 1: 'denied', 2: 'unavailable', 3: 'timeout' }

/** Where the phone is now; or why it can't tell. */
export function takeFix(): Promise<Fix | NoFix> {
  const { geolocation } = navigator as { geolocation?: Geolocation | null }
  if (!geolocation) return Promise.resolve('unavailable')
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords }) => resolve(fixOf(coords)),
      ({ code }) => resolve(REASONS[code] ?? 'unavailable'),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60_000 },
    )
  })
}
