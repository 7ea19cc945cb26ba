/**
 * Save per field: what was typed is in the journal within a moment of the last key, when the field is left, and when the
 * page is hidden (the last event that a phone is sure to give). Nothing waits for a button.
 *
 *   typing ──(a pause, blur, hidden, gone)──► saving ──► saved
 *      ▲                                        │
 *      └──────────── another key ───────────────┤
 *                                               └──► failed: the words stay on the screen, the next key tries again
 */
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { useI18n } from '@/ui/i18n'
import { problemOf } from '../shell/doing'

export type SaveState = 'saved' | 'typing' | 'saving' | 'failed'

export interface Saved {
  text: Ref<string>
  state: Readonly<Ref<SaveState>>
  /** Why it could not be kept; empty when it was. */
  problem: Readonly<Ref<string>>
  /** Writes what is not written yet. */
  flush: () => Promise<void>
}

export const PAUSE_MS = 700

/**
 * @param stored what the record says now; reactive
 * @param save writes an edit: what the person saw, and what it is now
 */
export function useSaved(
  stored: () => string | null,
  save: (was: string | null, now: string | null) => Promise<unknown>,
): Saved {
  const { t } = useI18n()
  let last = stored()
  const text = ref(last ?? '')
  const state = ref<SaveState>('saved')
  const problem = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()

  const wanted = (): string | null => (text.value.trim() === '' ? null : text.value)

  async function write(): Promise<void> {
    const now = wanted()
    if (now === last) {
      state.value = 'saved'
      return
    }
    state.value = 'saving'
    try {
      await save(last, now)
      last = now
      problem.value = ''
      state.value = wanted() === last ? 'saved' : 'typing'
    } catch (error) {
      console.error('what was typed could not be kept', error)
      problem.value = t(`problem.${problemOf(error)}`)
      state.value = 'failed'
    }
  }

  /** One after the other: each edit names what the one before left. */
  function flush(): Promise<void> {
    clearTimeout(timer)
    writing = writing.then(write)
    return writing
  }

  watch(text, () => {
    if (wanted() === last) return
    state.value = 'typing'
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), PAUSE_MS)
  })
  // Another tab, or the server: taken over unless the person is writing here.
  watch(stored, (value) => {
    if (state.value !== 'saved' || value === last) return
    last = value
    text.value = value ?? ''
  })
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') void flush()
  }
  document.addEventListener('visibilitychange', hidden)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', hidden)
    void flush()
  })
  return { text, state, problem, flush }
}
