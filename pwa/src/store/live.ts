/** Live queries: a screen asks once and is told again when the journal or the store changes, in any tab. */
import { liveQuery } from 'dexie'
import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'

export interface Live<T> {
  /** The latest answer; nothing until the first has come. */
  data: Readonly<ShallowRef<T | undefined>>
  /** Why there is no answer, if the phone's storage failed. */
  error: Readonly<ShallowRef<unknown>>
}

/**
 * Asks and keeps asking, as long as the calling component lives.
 *
 * @param query uses `field.get`, `field.all`, `field.by`.
 * @param on reactive values that the query reads: it starts anew when one of them changes.
 * @param first what is shown until the first answer, if it is known already.
 */
export function useLiveState<T>(query: () => Promise<T>, on: WatchSource[] = [], first?: T): Live<T> {
  const data = shallowRef<T | undefined>(first)
  const error = shallowRef<unknown>()
  let stop = (): void => undefined
  const start = (): void => {
    stop()
    const subscription = liveQuery(query).subscribe({
      next: (value) => {
        data.value = value
        error.value = undefined
      },
      error: (problem: unknown) => {
        console.error('a live query failed', problem)
        error.value = problem
      },
    })
    stop = () => subscription.unsubscribe()
  }
  watch(on, start, { immediate: true })
  onScopeDispose(() => stop())
  return { data, error }
}

/** As `useLiveState`, for screens that have their error state elsewhere. */
export function useLive<T>(query: () => Promise<T>, on: WatchSource[] = []): Readonly<ShallowRef<T | undefined>> {
  return useLiveState(query, on).data
}

/**
 * The same outside of components.
 *
 * @returns how to stop asking.
 */
export function watchQuery<T>(query: () => Promise<T>, next: (answer: T) => void): () => void {
  const subscription = liveQuery(query).subscribe({
    next,
    error: (problem: unknown) => console.error('a live query failed', problem),
  })
  return () => subscription.unsubscribe()
}
