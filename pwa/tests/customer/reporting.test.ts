import { flushPromises } from '@vue/test-utils'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Reporting } from '@/customer/reporting'
import { enough, GUEST } from '@/rules/work'

type Asked = { path: string; body: Record<string, unknown> | null }

let asked: Asked[] = []
const reply = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const refusal = (status: number, code: string, fields = {}): Response =>
  reply({ onsite: 'error', number: status * 10, code, message: '请更正', fields }, status)
const RECEIPT = { token: 'the-token', number: 'RQ-2026-000001' }

/** The network: each answer serves once, the last one for ever; an Error is nobody's answer. */
function network(...answers: (() => Response)[]): void {
  asked = []
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => {
    asked.push({ path, body: typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : null })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    try {
      return Promise.resolve(answer?.())
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error('nobody'))
    }
  })
}

const nobody = (): Response => {
  throw new TypeError('no network')
}

function filledIn(label: string | null = null): Reporting {
  const reporting = new Reporting(label, () => 'zh-CN')
  Object.assign(reporting.fields, { phone: ' 13812345678 ', symptom: '渗油' })
  return reporting
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a report', () => {
  test('that nobody answered is kept, and sent again under the same id by a page that opens later', async () => {
    network(nobody)
    const first = filledIn('label')
    await first.send()
    expect([first.step.value, first.waiting.value]).toEqual(['sending', true])
    first.stop()
    network(() => reply(RECEIPT))
    const later = new Reporting('label', () => 'zh-CN')
    const sent = asked
    await later.begin()
    await expect.poll(() => later.step.value).toBe('done')
    expect(later.token.value).toBe('the-token')
    expect(sent[0]?.body).toMatchObject({ phone: '13812345678', symptom: '渗油', label: 'label', contact_name: null })
  })

  test('goes under one id however often it is sent', async () => {
    network(nobody, nobody, () => reply(RECEIPT))
    const reporting = filledIn()
    await reporting.send()
    await reporting.go()
    await reporting.go()
    reporting.stop()
    expect(new Set(asked.map(({ body }) => body?.['report_id'])).size).toBe(1)
    expect([asked.length, reporting.step.value]).toEqual([3, 'done'])
  })

  test('that has arrived is forgotten here', async () => {
    network(() => reply(RECEIPT))
    await filledIn().send()
    const next = new Reporting(null, () => 'zh-CN')
    await next.begin()
    expect([next.step.value, next.fields.symptom]).toEqual(['form', ''])
  })

  test('that the server wants mended comes back by field, and is another report then', async () => {
    network(() => refusal(422, 'invalid', { phone: ['长度不对'] }), () => reply(RECEIPT))
    const reporting = filledIn()
    await reporting.send()
    expect([reporting.step.value, reporting.problem.value?.fields]).toEqual(['form', { phone: ['长度不对'] }])
    await reporting.send()
    expect(asked[0]?.body?.['report_id']).not.toBe(asked[1]?.body?.['report_id'])
  })

  test('that looks like spam goes after this device has worked for it', async () => {
    network(() => refusal(428, 'work_needed'), () => reply(RECEIPT))
    const reporting = filledIn()
    await reporting.send()
    await flushPromises()
    const { report_id, work } = asked[1]?.body as { report_id: string; work: string }
    expect(enough(report_id, work, GUEST.work_bits)).toBe(true)
    expect(reporting.step.value).toBe('done')
  })

  test('is followed by its photos; one that the server cannot take holds up no other', async () => {
    network(() => reply(RECEIPT), () => refusal(415, 'upload_not_image'), () => reply({ sha256: 'a' }))
    const reporting = filledIn()
    reporting.photos.value = [1, 2].map((n) => ({ bytes: new Uint8Array([n]).buffer, done: false }))
    await reporting.send()
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/v1/guest/reports', '/api/v1/guest/cases/the-token/photos', '/api/v1/guest/cases/the-token/photos',
    ])
    expect(reporting.step.value).toBe('done')
  })

  test('waits where a stranger answers for the server', async () => {
    network(() => new Response('<html>Wi-Fi</html>', { status: 200 }))
    const reporting = filledIn()
    await reporting.send()
    reporting.stop()
    expect([reporting.step.value, reporting.waiting.value]).toEqual(['sending', true])
  })
})
