/** Which orders changed a moment ago: their rows are marked for as long as an eye needs to find them. */
import { onScopeDispose, ref, type Ref } from 'vue'
import { useDesk } from '../session'

const SHOWN_MS = 2_500

export function useFresh(): Ref<Set<string>> {
  const fresh = ref(new Set<string>())
  const timers = new Set<number>()

  const stop = useDesk().listen((news) => {
    if (news === 'everything') return
    const ids = news.flatMap(({ kind, id, order_id }) => (order_id !== null ? [order_id] : kind === 'order' ? [id] : []))
    if (ids.length === 0) return
    fresh.value = new Set([...fresh.value, ...ids])
    const timer = window.setTimeout(() => {
      timers.delete(timer)
      fresh.value = new Set([...fresh.value].filter((id) => !ids.includes(id)))
    }, SHOWN_MS)
    timers.add(timer)
  })
  onScopeDispose(() => {
    stop()
    for (const timer of timers) clearTimeout(timer)
  })
  return fresh
}
