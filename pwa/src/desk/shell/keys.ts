/** Keys of every screen: `g` and a letter go somewhere, `?` tells of them. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { isTyping } from '../parts/pageKeys'
import { useMay } from '../session'
import { usePlaces } from './places'

/** After `g` the letter is awaited for so long. */
const WAIT_MS = 1500
export const INTAKE = 'n'

export interface ShellKeys {
  /** Somebody asked what the keys are. */
  told: Ref<boolean>
}

export function useShellKeys(): ShellKeys {
  const router = useRouter()
  const places = usePlaces()
  const mayTake = useMay('request.create')
  const told = ref(false)
  let since = -WAIT_MS

  const wayTo = (letter: string): string | undefined =>
    letter === INTAKE && mayTake.value ? '/intake' : places.value.find((place) => place.letter === letter)?.to

  function key(event: KeyboardEvent): void {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
    const to = event.timeStamp - since < WAIT_MS ? wayTo(event.key) : undefined
    since = event.key === 'g' ? event.timeStamp : -WAIT_MS
    if (to !== undefined) void router.push(to)
    else if (event.key === '?') told.value = true
    else return
    // The letter was for this: it is not also the screen's own key.
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  onMounted(() => addEventListener('keydown', key, true))
  onBeforeUnmount(() => removeEventListener('keydown', key, true))
  return { told }
}
