import type { WordSource } from '@/ui/language'

/** What the app lock says: at a locked start, and where it is set. */
export const LOCK_WORDS: WordSource = {
  'zh-CN': () => import('@/ui/words/lock.zh-CN.json'),
  en: () => import('@/ui/words/lock.en.json'),
}
