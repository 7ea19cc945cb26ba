/** One case, followed: what the page shows of it, looked at anew while somebody looks. */
import { onBeforeUnmount, ref, type Ref } from 'vue'
import { readCase, type GuestCase } from '@/protocol/guest'

const LOOK_AGAIN_MS = 20_000

export type CaseState =
  | { at: 'loading' }
  | { at: 'case'; answer: GuestCase }
  /** The link has expired or was revoked; the server doesn't say which. */
  | { at: 'gone' }
  | { at: 'unknown' }
  /** Nobody answered, or somebody who isn't our server. */
  | { at: 'offline' }
  | { at: 'failed'; message: string; number: number }

async function stateOf(token: string, language: string): Promise<CaseState> {
  try {
    const reading = await readCase(token, language)
    if (reading.from === 'stranger') return { at: 'offline' }
    if (reading.ok) return { at: 'case', answer: reading.body }
    if (reading.status === 404) return { at: 'unknown' }
    if (reading.status === 410) return { at: 'gone' }
    return { at: 'failed', message: reading.error.message, number: reading.error.number }
  } catch (error) {
    console.warn('the case could not be read', error)
    return { at: 'offline' }
  }
}

/**
 * Follows one case.
 *
 * @param language for the server's messages
 */
export function useCase(token: string, language: () => string): { state: Ref<CaseState>; open: () => Promise<void> } {
  const state = ref<CaseState>({ at: 'loading' })
  const open = async (): Promise<void> => {
    if (state.value.at !== 'case') state.value = { at: 'loading' }
    const found = await stateOf(token, language())
    // What is known stays on the page while the network is away; only an end of the link takes it off.
    if (found.at === 'case' || found.at === 'gone' || state.value.at !== 'case') state.value = found
  }
  const look = (): void => {
    if (document.visibilityState === 'visible' && state.value.at !== 'gone' && state.value.at !== 'unknown') void open()
  }
  const timer = setInterval(look, LOOK_AGAIN_MS)
  document.addEventListener('visibilitychange', look)
  addEventListener('online', look)
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
    removeEventListener('online', look)
  })
  return { state, open }
}
