/** Who works in this app, and the door to their work: given once by the app, asked for by every screen. */
import { inject, provide, type InjectionKey } from 'vue'
import { openField, type Field } from '@/sync/field'
import type { Entered } from './enter'

export interface Work {
  field: Field
  me: Entered
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

/** Opens a person's work. It begins to sync when the first screen has been drawn. */
export async function openWork(me: Entered): Promise<Work> {
  const field = await openField({ person_id: me.person.id, device_code: me.device.code }, { waits: true })
  return { field, me }
}
