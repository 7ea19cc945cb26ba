import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createApp, h } from 'vue'
import OwnPage from '@/customer/OwnPage.vue'
import { router } from '@/customer/router'
import { COMMON_WORDS, createSpeech, type WordSource } from '@/ui/language'
import { furnish } from '@/ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('@/ui/words/customer.zh-CN.json'),
  en: () => import('@/ui/words/customer.en.json'),
}
const COMPANY = { name_zh: '岭川重工', name_en: null, phone: null, timezone: 'Asia/Shanghai', currency: 'CNY', privacy_zh: null, privacy_en: null }
const OWN = {
  company: COMPANY,
  phone: '13812345678',
  units: [{ serial: 'EX200-0001', model_code: 'EX200', model_name_zh: '挖掘机', model_name_en: null }],
  cases: [{ number: 'SO-1', stage: 'done', symptom: '动臂油缸渗油', received_at: '2026-11-20T04:00:00.000Z', report: 'SR-1', token: 'case-token' }],
  erasure: null as string | null,
}
type Sent = { path: string; body: unknown }

let close = (): void => undefined

/** The customer's page over a server that answers each path as it is told. */
async function open(answers: Record<string, () => Response>): Promise<{ page: HTMLElement; sent: Sent[]; fill: (selector: string, value: string) => void; submit: () => Promise<void> }> {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', (address: string, init: RequestInit) => {
    const path = address.replace('/api/v1/guest/', '')
    sent.push({ path, body: typeof init.body === 'string' ? JSON.parse(init.body) : null })
    const answer = answers[path]
    return answer === undefined ? Promise.reject(new TypeError('no network')) : Promise.resolve(answer())
  })
  const page = document.createElement('div')
  const app = createApp({ render: () => h(OwnPage) })
  furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'phone')
  app.use(router).mount(page)
  close = () => app.unmount()
  const fill = (selector: string, value: string): void => {
    const input = page.querySelector<HTMLInputElement>(selector)
    if (input === null) throw new Error(`there is no ${selector}`)
    input.value = value
    input.dispatchEvent(new Event('input'))
  }
  const submit = async (): Promise<void> => {
    page.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
    await flushPromises()
  }
  return { page, sent, fill, submit }
}

const json = (body: unknown, status = 200): (() => Response) => () => new Response(JSON.stringify(body), { status })
const wrong = json({ onsite: 'error', number: 4223, code: 'wrong_code', message: '验证码不对或已失效' }, 422)

async function entered(answers: Record<string, () => Response>): ReturnType<typeof open> {
  const opened = await open({ codes: json({ status: 'sent' }, 202), own: json({ token: 'a/b' }), ...answers })
  opened.fill('[type=tel]', ' 13812345678 ')
  await opened.submit()
  opened.fill('[inputmode=numeric]', '123456')
  await opened.submit()
  return opened
}

afterEach(() => {
  close()
  close = () => undefined
  vi.unstubAllGlobals()
})

describe('a customer’s own machines and orders', () => {
  test('are shown for the code that was sent to the phone, each with a link of its own', async () => {
    const { page, sent } = await entered({ 'own/a%2Fb': json(OWN) })
    expect(sent.map(({ path, body }) => [path, body])).toEqual([
      ['codes', { phone: '13812345678' }],
      ['own', { phone: '13812345678', code: '123456' }],
      ['own/a%2Fb', null],
    ])
    expect(page.textContent).toContain('EX200-0001')
    expect(page.querySelector('a.case')?.getAttribute('href')).toBe('/c/r/case-token')
    expect(page.querySelector('form')).toBeNull()
  })

  test('stay closed with a wrong code, which is said and may be typed again', async () => {
    const { page } = await entered({ own: wrong })
    expect(page.querySelector('[role=alert]')?.textContent).toContain('验证码不对或已失效')
    expect(page.querySelector<HTMLInputElement>('[inputmode=numeric]')?.value).toBe('123456')
  })

  test('another phone can be told where the first was mistyped', async () => {
    const { page, fill, submit } = await open({ codes: json({ status: 'sent' }, 202) })
    fill('[type=tel]', '13800000000')
    await submit()
    expect(page.querySelector<HTMLInputElement>('[type=tel]')?.readOnly).toBe(true)
    page.querySelector<HTMLButtonElement>('button[type=button].on-button')?.click()
    await flushPromises()
    expect(page.querySelector<HTMLInputElement>('[type=tel]')?.readOnly).toBe(false)
    expect(page.querySelector('[inputmode=numeric]')).toBeNull()
  })

  test('without a network nothing is lost that was typed', async () => {
    const { page, fill, submit } = await open({})
    fill('[type=tel]', '13812345678')
    await submit()
    expect(page.querySelector('[role=alert]')).not.toBeNull()
    expect(page.querySelector<HTMLInputElement>('[type=tel]')?.value).toBe('13812345678')
  })

  test('whoever asks to be forgotten sees that it was asked, and is not asked again', async () => {
    let erasure: string | null = null
    const { page, sent } = await entered({
      'own/a%2Fb': () => json({ ...OWN, erasure })(),
      'own/a%2Fb/erasure': () => {
        erasure = 'open'
        return json({ status: 'asked' })()
      },
    })
    page.querySelector<HTMLButtonElement>('section.on-card button')?.click()
    await flushPromises()
    await flushPromises()
    expect(sent.at(-2)?.path).toBe('own/a%2Fb/erasure')
    expect(page.querySelector('section.on-card button')).toBeNull()
  })
})
