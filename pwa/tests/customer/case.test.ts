import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApp, h } from 'vue'
import CasePage from '@/customer/CasePage.vue'
import { router } from '@/customer/router'
import type { GuestCase } from '@/protocol/guest'
import { COMMON_WORDS, createSpeech, type WordSource } from '@/ui/language'
import { furnish } from '@/ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('@/ui/words/customer.zh-CN.json'),
  en: () => import('@/ui/words/customer.en.json'),
}
const COMPANY = { name_zh: '岭川重工', name_en: null, phone: null, timezone: 'Asia/Shanghai', currency: 'CNY', privacy_zh: null, privacy_en: null }
const CASE: GuestCase = {
  company: COMPANY, number: 'RQ-1', order_number: 'SO-1', stage: 'planned', symptom: '漏油', received_at: '2026-11-21T02:00:00.000Z', unit: null, photos: 0,
  window_start: null, window_end: null, technician: null, late_until: null, wishes: [], may: ['change', 'cancel'], reached: true, report: null,
}
const ASKED = { id: 'w1', kind: 'change', text: '周三上午', status: 'open', reply: null, asked_at: '2026-11-21T03:00:00.000Z' } as const

let close = (): void => undefined
let sent: unknown[] = []

async function open(found: GuestCase): Promise<HTMLElement> {
  sent = []
  vi.stubGlobal('fetch', (_address: string, init: RequestInit = {}) => {
    if (init.method === 'POST') sent.push(JSON.parse(init.body as string))
    return Promise.resolve(new Response(JSON.stringify(init.method === 'POST' ? { status: 'asked' } : found), { status: 200 }))
  })
  const page = document.createElement('div')
  const app = createApp({ render: () => h(CasePage, { token: 'a' }) })
  furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'phone')
  app.use(router)
  app.mount(page)
  close = () => app.unmount()
  for (let turn = 0; turn < 5; turn++) await flushPromises()
  return page
}

const button = (page: HTMLElement, words: string): HTMLButtonElement | undefined =>
  [...page.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === words)

beforeEach(() => localStorage.setItem('onsite.language', 'zh-CN'))
afterEach(() => {
  close()
  localStorage.clear()
  vi.unstubAllGlobals()
})

test('a planned visit without a time says that one is still to be agreed, and asks when it suits', async () => {
  const page = await open(CASE)
  expect(page.textContent).toContain('工程师会与您约定上门时间。')
  expect(button(page, '说说方便的时间')).toBeDefined()
})

test('a planned visit with a time says which', async () => {
  const page = await open({ ...CASE, window_start: '2026-11-23T01:00:00.000Z', window_end: '2026-11-23T03:00:00.000Z' })
  expect(page.textContent).not.toContain('工程师会与您约定上门时间。')
  expect(page.textContent).toContain('09:00')
})

test('a visit that was cancelled is on no day any more', async () => {
  const page = await open({ ...CASE, stage: 'cancelled', window_start: '2026-11-23T01:00:00.000Z', window_end: '2026-11-23T03:00:00.000Z' })
  expect(page.textContent).toContain('报修已取消')
  expect(page.textContent).not.toContain('09:00')
})

test('what was asked and is not answered yet is changed, not asked once more', async () => {
  const page = await open({ ...CASE, wishes: [ASKED] })
  expect(page.textContent).toContain('等待答复')
  expect(button(page, '说说方便的时间')).toBeUndefined()
  button(page, '改一改要求')?.click()
  await flushPromises()
  const text = page.querySelector('textarea')
  expect(text?.value).toBe('周三上午')
  page.querySelector('form')?.dispatchEvent(new Event('submit'))
  for (let turn = 0; turn < 5; turn++) await flushPromises()
  expect(sent).toMatchObject([{ kind: 'change', text: '周三上午' }])
})

test('whoever is known by no number is not asked how they want to be told', async () => {
  expect(button(await open(CASE), '怎样通知我')).toBeDefined()
  close()
  expect(button(await open({ ...CASE, reached: false }), '怎样通知我')).toBeUndefined()
})
