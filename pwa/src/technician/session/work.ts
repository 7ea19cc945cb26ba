/** Who works in this app, and the door to their work: given once by the app, asked for by every screen. */
import { inject, provide, shallowRef, type InjectionKey } from 'vue'
import type { Lock } from '@/sync/lock'
import { openField, type Field } from '@/sync/field'
import { myOrders, type OrderLine } from '../records/read'
import type { Entered } from './enter'
import { placeToGoOn } from './place'

export interface Work {
  field: Field
  me: Entered
  /** Where to go on, if the app is started in the middle of something. */
  place?: string | undefined
  /** The day as it stood when the work was opened, if that is what the app is started with. */
  day?: OrderLine[] | undefined
}

const WORK: InjectionKey<Work> = Symbol('field work of one person')

export function provideWork(work: Work): void {
  provide(WORK, work)
}

export function useWork(): Work {
  const work = inject(WORK)
  if (work === undefined) throw new Error('a screen was opened before the work')
  return work
}

/** The day as it stood at the start, for the list's first frame alone: later it would be old. */
export function takeDay(work: Work): OrderLine[] | undefined {
  const { day } = work
  work.day = undefined
  return day
}

/** What cannot be read now is asked for again by whoever shows it, and tells why. */
const orNothing = <T>(reading: Promise<T>): Promise<T | undefined> => reading.catch(() => undefined)

/** Somebody's app is locked, and waits for the key. */
export interface Locked {
  lock: Lock
  me: Entered
  give: (key: Uint8Array<ArrayBuffer>) => void
}

export const locked = shallowRef<Locked>()

function keyOf(me: Entered, lock: Lock): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((give) => (locked.value = { lock, me, give }))
}

/**
 * Opens a person's work, and reads what the app is started with: while it does, the words are on their way, and what is
 * drawn is drawn once. It begins to sync when the first screen has been drawn.
 *
 * @param atDoor the app is started at its front door, not with a certain screen
 */
export async function openWork(me: Entered, atDoor: boolean = location.pathname === '/app/'): Promise<Work> {
  const field = await openField({ person_id: me.person.id, device_code: me.device.code }, { waits: true, unlock: (lock) => keyOf(me, lock) })
  if (!atDoor) return { field, me }
  const reading = orNothing(myOrders(field))
  const place = await orNothing(placeToGoOn(field))
  return { field, me, place, day: place === undefined ? await reading : undefined }
}
