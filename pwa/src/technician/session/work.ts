/** Who works in this app, and the door to their work: given once by the app, asked for by every screen. */
import { inject, provide, type InjectionKey } from 'vue'
import type { Remembered } from '@/protocol/session'
import type { Field } from '@/sync/field'

export interface Work {
  field: Field
  me: Remembered
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
