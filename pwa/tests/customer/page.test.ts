import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp, h } from 'vue'
import ReportPage from '@/customer/ReportPage.vue'
import { sha256Hex } from '@/rules/canonical'
import { COMMON_WORDS, createSpeech, type WordSource } from '@/ui/language'
import { furnish } from '@/ui/page'
import { linkAnswer } from '../support/link'
import { CONTENT } from '../support/report'

const WORDS: WordSource = {
  'zh-CN': () => import('@/ui/words/customer.zh-CN.json'),
  en: () => import('@/ui/words/customer.en.json'),
}
const PICTURE = Uint8Array.from([1, 2, 3])
const WITH_PHOTOS = {
  ...CONTENT,
  photos: [sha256Hex(PICTURE), 'b'.repeat(64)].map((sha256) => ({ slot: 'fault', sha256, caption: null, taken_at: null })),
}

let close = (): void => undefined
let calls: string[] = []

/** The network: an answer for each address, the link's own first. */
function network(answer: () => Response | Promise<Response>, photo: (sha256: string) => Response = () => new Response('', { status: 404 })): void {
  calls = []
  vi.stubGlobal('fetch', (address: string) => {
    calls.push(address)
    return Promise.resolve(address.includes('/photos/') ? photo(address.slice(-64)) : answer())
  })
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const refusal = (status: number, code: string): Response =>
  json({ onsite: 'error', number: status * 10, code, message: '请稍后再试' }, status)

async function open(): Promise<{ page: HTMLElement; text: () => string }> {
  const page = document.createElement('div')
  const app = createApp({ render: () => h(ReportPage, { token: 'a/b' }) })
  furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'phone')
  app.mount(page)
  close = () => app.unmount()
  // Answers, words and photos come one after the other.
  for (let turn = 0; turn < 5; turn++) await flushPromises()
  return { page, text: () => (page.textContent ?? '').replace(/\s+/g, ' ') }
}

beforeEach(() => {
  localStorage.clear()
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  close()
  close = () => undefined
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a link that works', () => {
  test('shows the report in the customer’s language and says that it is unchanged', async () => {
    network(() => json(linkAnswer()))
    const { text } = await open()
    await expect.poll(text).toContain('内容未改动：您看到的就是签字时的内容')
    expect(text()).toContain('履带式液压挖掘机')
    expect(document.title).toBe('服务报告 SR-2026-000881 · 江河工程机械服务有限公司')
    expect(calls[0]).toBe('/api/v1/links/a%2Fb')
  })

  test('keeps the language that the reader chose', async () => {
    localStorage.setItem('onsite.language', 'en')
    network(() => json(linkAnswer()))
    const { page, text } = await open()
    expect(text()).toContain('Unchanged: what you see is what was signed')
    expect(text()).toContain('Crawler excavator')
    expect(page.querySelector('a[download]')?.getAttribute('href')).toBe('/api/v1/links/a%2Fb/pdf?language=en')
  })

  test('to a report that nobody has signed says so', async () => {
    network(() => json(linkAnswer({ signature: null })))
    const { text } = await open()
    await expect.poll(text).toContain('未签字，无效')
    expect(text()).toContain('内容未改动：您看到的就是工程师出示的内容')
  })

  test('warns when the content is not what was signed, and says whom to ask', async () => {
    const answer = linkAnswer({ language: 'en' })
    network(() => json({ ...answer, report: { ...answer.report, content: { ...CONTENT, total_fen: 1 } } }))
    const { page, text } = await open()
    expect(page.querySelector('[role=alert]')).not.toBeNull()
    expect(text()).toContain('does not match its fingerprint')
    expect(text()).toContain('tel. 027-8555 0100')
  })

  test('names what the server no longer has as it was sealed, though its fingerprint was edited too', async () => {
    network(() => json({ ...linkAnswer({ language: 'en' }), altered: ['parts.0.price', 'totals.0.value', 'totals.1.value'] }))
    const { page, text } = await open()
    await expect.poll(text).toContain('Not as it was sealed: Part · 1 · price, Totals')
    expect(page.querySelector('[role=alert]')).not.toBeNull()
    expect(text()).not.toContain('Unchanged')
  })

  test('shows how many photos were checked', async () => {
    const photo = (sha256: string): Response => (sha256.startsWith('b') ? new Response('', { status: 404 }) : new Response(PICTURE))
    network(() => json(linkAnswer({ content: WITH_PHOTOS, language: 'en' })), photo)
    const { page, text } = await open()
    await expect.poll(text).toContain('1 of 2 photos checked.')
    expect(text()).toContain('This photo has not reached the server yet')
    expect(page.querySelectorAll('figure img')).toHaveLength(1)
  })

  test('shows a copy without place data, and does not claim to have checked it', async () => {
    const copy = (): Response => new Response('a copy', { headers: { 'Onsite-Copy': '1' } })
    network(() => json(linkAnswer({ content: WITH_PHOTOS, language: 'en' })), copy)
    const { page, text } = await open()
    await expect.poll(text).toContain('0 of 2 photos checked. Not comparable, because place data was taken out: 2.')
    expect(page.querySelectorAll('figure img')).toHaveLength(2)
    expect(text()).toContain('Unchanged')
  })

  test('does not show photos that were swapped, and names them', async () => {
    network(() => json(linkAnswer({ content: WITH_PHOTOS, language: 'en' })), () => new Response('another picture'))
    const { page, text } = await open()
    await expect.poll(text).toContain('Photo 1, 2 is not the one whose fingerprint is in the report')
    expect(page.querySelectorAll('figure img')).toHaveLength(0)
  })
})

describe('a link that does not work', () => {
  test('says that it has expired or was withdrawn', async () => {
    network(() => refusal(410, 'link_expired'))
    expect((await open()).text()).toContain('It has expired or was withdrawn')
  })

  test('says that there is no such report', async () => {
    network(() => refusal(404, 'not_found'))
    expect((await open()).text()).toContain('There is no report here')
  })

  test('tells the server’s own words for any other refusal', async () => {
    network(() => refusal(503, 'unavailable'))
    const { text } = await open()
    expect(text()).toContain('请稍后再试')
    expect(text()).toContain('5030')
  })
})

describe('without a network', () => {
  test('the page says so and tries again when asked', async () => {
    let online = false
    network(() => (online ? json(linkAnswer({ language: 'en' })) : Promise.reject(new TypeError('offline'))))
    const { page, text } = await open()
    expect(text()).toContain("can't be opened just now")
    online = true
    page.querySelector<HTMLButtonElement>('.on-button')?.click()
    await expect.poll(text).toContain('Crawler excavator')
  })

  test('the page tries again by itself when the network is back', async () => {
    let online = false
    network(() => (online ? json(linkAnswer({ language: 'en' })) : Promise.reject(new TypeError('offline'))))
    const { text } = await open()
    online = true
    window.dispatchEvent(new Event('online'))
    await expect.poll(text).toContain('Crawler excavator')
  })

  test('a hotel’s log-in page is not taken for the report', async () => {
    network(() => new Response('<html>Please log in</html>'))
    expect((await open()).text()).toContain("can't be opened just now")
  })
})
