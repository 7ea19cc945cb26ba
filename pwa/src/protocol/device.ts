/**
 * The ids under which this installation is known to the server, one per person. A device is one person's: its code begins
 * the numbers that their journal counts, and it can be taken from them alone. Kept over log-outs and other people's
 * log-ins, so that a phone stays one device for each who works with it.
 */
import { newId } from './ids'
import { isObject } from './json'

const KEY = 'onsite.devices'

function stored(): Record<string, unknown> {
  const text = localStorage.getItem(KEY)
  const value: unknown = text === null ? {} : JSON.parse(text)
  return isObject(value) ? value : {}
}

/** The id of a person's device here; made at their first log-in, before the server is asked: a lost answer makes no second one. */
export function deviceIdOf(person: string): string {
  const known = stored()[person]
  return typeof known === 'string' ? known : newDeviceIdOf(person)
}

/** Another id: the server no longer takes the one before. */
export function newDeviceIdOf(person: string): string {
  const id = newId()
  knowDeviceId(person, id)
  return id
}

/** The id that a person's device has. */
export function knowDeviceId(person: string, id: string): void {
  localStorage.setItem(KEY, JSON.stringify({ ...stored(), [person]: id }))
}
