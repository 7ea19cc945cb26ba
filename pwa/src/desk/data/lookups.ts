/** Short lists that many screens choose from: read once for the page, kept fresh by the feed. */
import { computed, effectScope, onScopeDispose, type ComputedRef, type Ref } from 'vue'
import type { Query } from '@/protocol/rest'
import { createReading, type Reading } from '../live/reader'
import { useDesk, useRead, type Desk } from '../session'
import type { Named, Page, Person, Row } from './types'

/** More than this is searched for, not scrolled through. */
const MOST = 200

const KEPT = new WeakMap<Desk, Map<string, Reading<Page<unknown>>>>()

function keep<T>(desk: Desk, path: string, kinds: readonly string[], permission: string, query: Query = {}): Reading<Page<T>> {
  const known = KEPT.get(desk) ?? new Map<string, Reading<Page<unknown>>>()
  KEPT.set(desk, known)
  const key = `${path}?${JSON.stringify(query)}`
  const present = known.get(key)
  if (present !== undefined) return present as Reading<Page<T>>
  // A scope of its own: the list outlives the screen that asked for it first.
  const reading = effectScope(true).run(() =>
    createReading<Page<unknown>>(
      (signal) =>
        desk.may(permission)
          ? desk.rest.read<Page<unknown>>(path, { ...query, size: MOST }, signal)
          : Promise.resolve({ items: [], total: 0, page: 1, size: MOST }),
      { listen: desk.listen, touches: ({ kind }) => kinds.includes(kind) },
    ),
  ) as Reading<Page<unknown>>
  known.set(key, reading)
  return reading as Reading<Page<T>>
}

function listOf<T>(path: string, kinds: readonly string[], permission: string, query: Query = {}): ComputedRef<readonly T[]> {
  const reading = keep<T>(useDesk(), path, kinds, permission, query)
  return computed(() => reading.data.value?.items ?? [])
}

export const useBranches = (): ComputedRef<readonly Row<'branch'>[]> => listOf('branches', ['branch'], 'people.read')
export const useProviders = (): ComputedRef<readonly Row<'provider'>[]> => listOf('providers', ['provider'], 'people.read')
export const usePeople = (): ComputedRef<readonly Person[]> => listOf('people', ['person_card', 'person_contact'], 'people.read')
export const useModels = (): ComputedRef<readonly Row<'product_model'>[]> => listOf('models', ['product_model'], 'catalogue.read')
export const useOrderTypes = (): ComputedRef<readonly Row<'order_type'>[]> => listOf('order-types', ['order_type'], 'catalogue.read')
export const useFaultCodes = (): ComputedRef<readonly Row<'fault_code'>[]> => listOf('fault-codes', ['fault_code'], 'catalogue.read')

export const useParts = (): ComputedRef<readonly Row<'part'>[]> => listOf('parts', ['part'], 'catalogue.read')

const CALLS_MS = 30_000

/** Who was not told. */
export interface Untold {
  /** People who have to be rung up. */
  waiting: number
  /** Messages that nobody could be given. */
  undelivered: number
}

/** How many were not told. No record of the feed: it follows from time alone, so it is asked for. */
export function useUntold(): ComputedRef<Untold> {
  const desk = useDesk()
  const reading = useRead<Untold>(
    () => (desk.may('message.read') ? { path: 'messages/calls' } : null),
    ({ kind }) => kind === 'message',
    { from: () => desk.may('message.read') },
  )
  const timer = setInterval(() => void reading.reload(), CALLS_MS)
  onScopeDispose(() => clearInterval(timer))
  return computed(() => reading.data.value ?? { waiting: 0, undelivered: 0 })
}

const PERSON = ['person_card', 'person_contact'] as const
const TECHNICIANS: Query = { role: 'engineer', active: 1 }

/** Those who can be sent to a customer. */
export const useTechnicians = (): ComputedRef<readonly Person[]> => listOf('people', PERSON, 'people.read', TECHNICIANS)

/** Whether they are there yet, for where nobody must not be said too early. */
export const useTechnicianReading = (): Reading<Page<Person>> => keep<Person>(useDesk(), 'people', PERSON, 'people.read', TECHNICIANS)

/** The same, with those for whom the words ask: a company may have more of them than a list holds. */
export function useTechnicianSearch(words: Ref<string>): ComputedRef<readonly Person[]> {
  const listed = useTechnicians()
  const asked = (): Query => ({ ...TECHNICIANS, q: words.value.trim(), size: MOST })
  const found = useRead<Page<Person>>(
    () => (words.value.trim() === '' ? null : { path: 'people', query: asked() }),
    () => false,
    { from: words, keep: true },
  )
  return computed(() => [...new Map([...listed.value, ...(found.data.value?.items ?? [])].map((one) => [one.id, one])).values()])
}

/** A person by id, among those that this desk may see. */
export function usePersonOf(): (id: string | null) => Named | null {
  const people = usePeople()
  const byId = computed(() => new Map(people.value.map((person) => [person.id, person])))
  return (id) => (id === null ? null : (byId.value.get(id) ?? null))
}
