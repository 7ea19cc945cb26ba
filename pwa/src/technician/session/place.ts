/** Where the person was: a phone kills pages without a word, and the app goes on where it was. */
import type { Router } from 'vue-router'
import type { Field } from '@/sync/field'

interface Place {
  path: string
  /** Device time in milliseconds. */
  at: number
}

const KEY = 'place'
const A_MOMENT_MS = 30 * 60_000
const A_SHIFT_MS = 18 * 60 * 60_000
/** The end of a visit: there is nothing to go on with. */
const IS_OVER = /^\/visit\/[^/]+\/left$/

/** In the middle of a visit one goes on for a whole shift; elsewhere the list of the day is soon the better start. */
export function goesOn(place: Place, now: number): boolean {
  if (IS_OVER.test(place.path)) return false
  const age = now - place.at
  const inVisit = /^\/(visit|report)\//.test(place.path)
  return age >= 0 && age < (inVisit ? A_SHIFT_MS : A_MOMENT_MS)
}

/** Where one was a short while ago, if that is where to go on. */
export async function placeToGoOn(field: Field): Promise<string | undefined> {
  const place = await field.journal.fact<Place>(KEY)
  return place !== undefined && goesOn(place, Date.now()) ? place.path : undefined
}

/** Opens that place when the app was started at its front door. */
export async function resume(place: string | undefined, router: Router): Promise<void> {
  await router.isReady()
  if (place !== undefined && router.currentRoute.value.path === '/') await router.replace(place)
}

/**
 * Remembers each place.
 *
 * @returns how to stop.
 */
export function rememberPlaces(field: Field, router: Router): () => void {
  return router.afterEach((to) => {
    const place: Place = { path: to.fullPath, at: Date.now() }
    field.journal.setFact(KEY, place).catch((error: unknown) => console.warn('the place was not kept', error))
  })
}
