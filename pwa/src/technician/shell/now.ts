import { onScopeDispose, readonly, ref, type Ref } from 'vue'

const TICK_MS = 30_000

/** The device's time as an instant, for words such as "3 minutes ago". */
export function useNow(): Readonly<Ref<string>> {
  const now = ref(new Date().toISOString())
  const timer = setInterval(() => (now.value = new Date().toISOString()), TICK_MS)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
