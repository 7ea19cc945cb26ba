/** What somebody is still filling in: kept on the phone at once, so that a killed page loses no word and no stroke. */
import { onScopeDispose, reactive, readonly, ref, watch, type Ref } from 'vue'
import type { Field } from '@/sync/field'

const PAUSE_MS = 300

export interface Drafting<T extends object> {
  draft: T
  /** The kept draft has been read: before that, nothing is to be shown. */
  ready: Readonly<Ref<boolean>>
  flush: () => Promise<void>
  /** It has become a command, and nobody needs the draft any more. */
  done: () => Promise<void>
}

/**
 * @param name of the form and what it is about, such as `signing:<report>`
 * @param empty the form with nothing in it
 */
export function useDraft<T extends object>(field: Field, name: string, empty: T): Drafting<T> {
  const key = `draft:${name}`
  const draft = reactive(structuredClone(empty)) as T
  const ready = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let state: 'clean' | 'dirty' | 'over' = 'clean'

  async function flush(): Promise<void> {
    clearTimeout(timer)
    if (state !== 'dirty') return
    state = 'clean'
    await field.journal.setFact(key, JSON.parse(JSON.stringify(draft)))
  }
  const quietly = (): void => {
    flush().catch((error: unknown) => console.error('the draft could not be kept', error))
  }
  const touched = (): void => {
    if (state === 'over') return
    state = 'dirty'
    clearTimeout(timer)
    timer = setTimeout(quietly, PAUSE_MS)
  }
  const isEmpty = (): boolean => JSON.stringify(draft) === JSON.stringify(empty)
  const read = async (): Promise<void> => {
    const kept = await field.journal.fact<T>(key).catch((error: unknown) => {
      console.error('the draft could not be read', error)
      return undefined
    })
    if (isEmpty()) Object.assign(draft, kept)
    else touched() // somebody was quicker than the phone's storage: their words stand
    ready.value = true
    watch(draft, touched, { deep: true })
  }
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') quietly()
  }
  void read()
  document.addEventListener('visibilitychange', hidden)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', hidden)
    quietly()
  })
  return {
    draft,
    ready: readonly(ready),
    flush,
    done: async () => {
      clearTimeout(timer)
      state = 'over'
      await field.journal.setFact(key, null)
    },
  }
}
