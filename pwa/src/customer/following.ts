/** One case, followed: what the page shows of it, looked at anew while somebody looks. */
import { onBeforeUnmount, ref, type Ref } from 'vue'
import { readCase, type GuestCase } from '@/protocol/guest'
import { opened, type Opening } from './opening'

const LOOK_AGAIN_MS = 20_000

/**
 * Follows one case.
 *
 * @param language for the server's messages
 */
export function useCase(token: string, language: () => string): { state: Ref<Opening<GuestCase>>; open: () => Promise<void> } {
  const state = ref<Opening<GuestCase>>({ at: 'loading' })
  const open = async (): Promise<void> => {
    if (state.value.at !== 'open') state.value = { at: 'loading' }
    const found = await opened(readCase(token, language()))
    // What is known stays on the page while the network is away; only an end of the link takes it off.
    if (found.at === 'open' || found.at === 'gone' || state.value.at !== 'open') state.value = found
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
