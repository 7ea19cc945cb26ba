/** A value that follows another once that has stood still: the server isn't asked at every key. */
import { ref, watch, type Ref } from 'vue'

const PAUSE_MS = 250

export function paused<T>(source: () => T): Ref<T> {
  const settled = ref(source()) as Ref<T>
  let timer = 0
  watch(source, (now) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => (settled.value = now), PAUSE_MS)
  })
  return settled
}
