/** Shows a technician screen with everything around it that the app gives it. */
import { flushPromises } from '@vue/test-utils'
import { createApp, h, type App, type Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import type { Entered } from '@/technician/session/enter'
import type { Field } from '@/sync/field'
import { provideWork } from '@/technician/session/work'
import { COMMON_WORDS, createSpeech, type WordSource } from '@/ui/language'
import { furnish } from '@/ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('@/ui/words/technician.zh-CN.json'),
  en: () => import('@/ui/words/technician.en.json'),
}

const LATER_WORDS: WordSource = {
  'zh-CN': () => import('@/ui/words/visit.zh-CN.json'),
  en: () => import('@/ui/words/visit.en.json'),
}

export interface Shown {
  page: HTMLElement
  router: Router
  app: App
  /** What the page says, without runs of space. */
  text: () => string
  find: <E extends Element = HTMLElement>(selector: string) => E
  tap: (selector: string) => Promise<void>
}

const NAMES = ['help', 'bench', 'finding', 'today', 'outbox', 'ready', 'me', 'order', 'history', 'helpers', 'machine', 'arrive', 'visit', 'step', 'parts_needed', 'not_possible', 'leave', 'left', 'report', 'rate', 'sign', 'signed', 'dispute', 'unsigned', 'own', 'copy', 'stamped', 'read_serial']

/** A router that knows the names and opens nothing. */
function paths(): Router {
  const nothing = { render: () => null }
  const routes = NAMES.map((name) => ({ path: `/${name}/:order?/:visit?/:step?/:report?`, name, component: nothing }))
  return createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: nothing }, ...routes] })
}

export function personOf(field: Field): Entered {
  const person = { id: field.session.person_id, name_zh: '王志强', name_en: 'Wang Zhiqiang', language: null }
  return { person, roles: ['engineer'], device: { id: 'd', code: 'A7' } }
}

/** Mounts a screen in English. Whoever shows it unmounts `app`. */
export async function show(screen: Component, props: Record<string, unknown>, field: Field): Promise<Shown> {
  localStorage.setItem('onsite.language', 'en')
  const page = document.createElement('div')
  document.body.append(page)
  const router = paths()
  const app = createApp({
    setup() {
      provideWork({ field, me: personOf(field) })
      return () => h(screen, props)
    },
  })
  furnish(app, await createSpeech([COMMON_WORDS, WORDS, LATER_WORDS]), 'phone')
  app.use(router)
  app.mount(page)
  app.onUnmount(() => page.remove())
  await flushPromises()
  const find = <E extends Element = HTMLElement>(selector: string): E => {
    const element = page.querySelector<E>(selector)
    if (element === null) throw new Error(`no ${selector} in ${page.innerHTML}`)
    return element
  }
  return {
    page, router, app, find,
    text: () => (page.textContent ?? '').replace(/\s+/g, ' '),
    tap: async (selector) => {
      find<HTMLElement>(selector).click()
      await flushPromises()
    },
  }
}

/** Types into a field, as a keyboard does. */
export function type(element: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  element.value = text
  element.dispatchEvent(new Event('input'))
}
