/** A list's question lives in the address: back and forward, reload and a shared link ask the same. */
import { useRoute, useRouter } from 'vue-router'

export interface Asking {
  /** One value of the address; empty where there is none. */
  one: (name: string) => string
  page: () => number
  /** Changes the question; from its first page, unless the change names one. */
  ask: (change: Record<string, string>) => void
}

export function useAsking(): Asking {
  const route = useRoute()
  const router = useRouter()
  const one = (name: string): string => String(route.query[name] ?? '')
  return {
    one,
    page: () => Math.max(1, Number.parseInt(one('page'), 10) || 1),
    ask: (change) => {
      const page = 'page' in change ? {} : { page: '' }
      const query = Object.entries({ ...route.query, ...page, ...change }).filter(([, value]) => value !== '' && value !== null)
      void router.replace({ query: Object.fromEntries(query) })
    },
  }
}
