import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createApp, h, reactive } from 'vue'
import ReportView from '@/ui/report/ReportView.vue'
import { COMMON_WORDS, createSpeech } from '@/ui/language'
import { furnish } from '@/ui/page'
import { CONTENT, HASH, SIGNATURE, UNSIGNED_REPORT } from '../support/report'

type Props = typeof UNSIGNED_REPORT & { round?: number; unsigned?: object; dispute?: object }

let close = (): void => undefined
afterEach(() => close())

/** The text of a page, leaf by leaf. */
function wordsOf(page: HTMLElement): string {
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT)
  const words: string[] = []
  while (walker.nextNode()) words.push((walker.currentNode.textContent ?? '').trim())
  return words.filter((word) => word !== '').join(' ').replace(/\s+/g, ' ')
}

/** A report on a page whose own language is English. */
async function show(given: Partial<Props> = {}, slots = {}): Promise<{ text: () => string; page: HTMLElement; props: Props }> {
  const props = reactive({ ...UNSIGNED_REPORT, ...given }) as Props
  const page = document.createElement('div')
  const app = createApp({ render: () => h(ReportView, props as never, slots) })
  furnish(app, await createSpeech([COMMON_WORDS]), 'phone')
  app.mount(page)
  close = () => app.unmount()
  await flushPromises()
  return { page, props, text: () => wordsOf(page) }
}

const signed = { status: 'signed', signature: SIGNATURE, numbers: { provisional: 'A7-0042', official: 'SR-2026-000881' } }

describe('a report that nobody has signed', () => {
  test('says that it is not valid', async () => {
    expect((await show()).text()).toContain('未签字，无效')
    close()
    expect((await show({ language: 'en' })).text()).toContain('Not valid until signed')
  })

  test('says why, and who saw it', async () => {
    const unsigned = { reason: 'refused', explanation: '要等主管', witness: '赵六' }
    const { text } = await show({ status: 'unsigned', unsigned })
    expect(text()).toContain('客户拒绝签字 要等主管 见证人 赵六')
  })

  test('says that the customer objects, and to what', async () => {
    const { text } = await show({ status: 'disputed', dispute: { reason: '仍有异响' } })
    expect(text()).toContain('客户有异议')
    expect(text()).toContain('仍有异响')
  })

  test('has room for a signature pad and for actions', async () => {
    const { page } = await show({}, { signature: () => h('canvas'), actions: () => h('button', 'go') })
    expect(page.querySelectorAll('canvas, button')).toHaveLength(2)
    expect(page.textContent).not.toContain('未签字 ')
  })
})

describe('a signed report', () => {
  test('shows the name, the time, the rating and the words of the customer, and no warning', async () => {
    const { page, text } = await show(signed)
    expect(text()).toContain('王强 · 机电科长')
    expect(text()).toContain('2026年11月21日 13:20')
    expect(text()).toContain('5 / 5 · 非常满意')
    expect(text()).toContain('来得快。')
    expect(text()).not.toContain('无效')
    expect(page.querySelector<HTMLImageElement>('img')?.alt).toBe('王强 的签字')
  })

  test('has its official number and keeps the provisional one', async () => {
    const { text } = await show(signed)
    expect(text()).toContain('报告编号 SR-2026-000881')
    expect(text()).toContain('临时编号 A7-0042')
  })

  test('fetches no picture of a signature from elsewhere', async () => {
    const image = 'https://elsewhere.example/pixel.png'
    const { page } = await show({ ...signed, signature: { ...SIGNATURE, image } })
    expect(page.querySelector('img')).toBeNull()
  })
})

describe('the document', () => {
  test('names the zone of its times once, and only to a reader whose clock has another', async () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const { text } = await show({ language: 'en' })
    expect(text().split('Asia/Shanghai')).toHaveLength(zone === 'Asia/Shanghai' ? 1 : 2)
  })

  test('is in the language of the customer, not in that of the app', async () => {
    const { page, text, props } = await show()
    expect(page.querySelector('article')?.lang).toBe('zh-CN')
    expect(text()).toContain('履带式液压挖掘机')
    props.language = 'en'
    await flushPromises()
    expect(text()).toContain('Crawler excavator')
    expect(text()).toContain('16 Mar 2027')
    expect(text()).toContain('Li Wei (badge JH-0231)')
  })

  test('names each part with its serials, its sum and the basis of the charge', async () => {
    const { text } = await show()
    expect(text()).toContain('新件 V-99812 · 旧件 V-54001')
    expect(text()).toContain('12 个')
    expect(text()).toContain('¥3.50')
    expect(text()).toContain('费用依据 保修期内 有效期至 2027年3月16日')
  })

  test('shows its fingerprint and the note on privacy', async () => {
    const { text } = await show()
    expect(text()).toContain(HASH)
    expect(text()).toContain('您的姓名和电话只用于本次服务。')
  })

  test('says so when it is shown for the second time', async () => {
    expect((await show({ round: 2 })).text()).toContain('第 2 次提交')
  })

  test('of an older template with half its sections missing is still readable', async () => {
    const { text } = await show({ content: { company: { name_zh: '旧公司' }, order: { symptom: '漏油' }, total_fen: 990 } })
    expect(text()).toContain('旧公司')
    expect(text()).toContain('漏油')
    expect(text()).toContain('客户应付 ¥9.90')
  })
})

describe('a report of the second template', () => {
  const second = {
    ...CONTENT,
    version: 2,
    visit: {
      ...CONTENT.visit,
      readings: [{ code: 'p', value: 318, decimals: 1, measure: 'MPa', min: 330, max: null, name_zh: '主压力', name_en: null }],
      checklist: [{ id: 'site:进场戴安全帽', ok: true }, { id: 'leaks', ok: null }, { id: 'own', ok: false, name_zh: '软管完好', name_en: null }],
      work_report: '主泵总成更换。',
    },
    labour: { minutes: 0, hour_fen: null, labour_fen: 0, worked_minutes: 95, spans: [] },
    entitlement: { ...CONTENT.entitlement, pack: 'standard', version: 2 },
    disputes: [{ reason: '还有异响', raised_at: '2026-11-21T05:00:00.000Z' }],
    photos: [{ ...CONTENT.photos[0], marks: [{ id: 'm', shape: 'text', x: 1, y: 1, text: '裂纹' }, { id: '?', shape: 'star' }] }],
  }

  test('tells what was measured, checked, worked and objected to, and by which rules', async () => {
    const { text } = await show({ content: second })
    for (const said of ['31.8 MPa（限值 ≥ 33.0，低于下限）', '进场戴安全帽 正常', '无渗漏 不适用', '软管完好 不正常', '主泵总成更换。', '95 分钟', '还有异响', '报告格式第 2 版 · 标准保修规则第 2 版'])
      expect(text()).toContain(said)
  })

  test('says what is written on a photo to whoever cannot see it', async () => {
    const { page } = await show({ content: second, photo: () => Promise.resolve('data:image/png;base64,') })
    expect(page.querySelector('.photos img')?.getAttribute('alt')).toBe('铭牌 裂纹')
  })
})

test('photos before and after the work stand side by side, with their names, and the others alone', async () => {
  const shot = (slot: string, sha256: string, time: string): object => ({ slot, sha256: sha256.repeat(64), caption: null, taken_at: `2026-11-21T${time}:00.000Z` })
  const photos = [shot('before', 'a', '04:00'), shot('fault', 'b', '04:10'), shot('after', 'c', '05:00')]
  const { page } = await show({ content: { ...CONTENT, photos } })
  const named = (where: string): (string | null)[] => [...page.querySelectorAll(`${where} strong`)].map(({ textContent }) => textContent)
  expect([named('.pair'), named('.photos')]).toEqual([['维修前', '维修后'], ['故障部位']])
})

describe('a photo', () => {
  test('that has not arrived says so', async () => {
    expect((await show()).text()).toContain('照片尚未传到服务器')
  })

  test('that cannot be shown says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const photo = (): Promise<null> => Promise.reject(new Error('not this picture'))
    expect((await show({ photo })).text()).toContain('照片无法显示')
    expect(warn).toHaveBeenCalledTimes(CONTENT.photos.length)
  })

  test('grows as wide as the report when tapped, and shrinks again', async () => {
    const { page } = await show({ photo: () => Promise.resolve('blob:one') })
    const button = page.querySelector<HTMLButtonElement>('figure button')
    const state = (): (string | null | undefined)[] => [button?.getAttribute('aria-expanded'), page.querySelector('figure')?.className]
    button?.click()
    await flushPromises()
    expect(state()).toEqual(['true', 'large'])
    button?.click()
    await flushPromises()
    expect(state()).toEqual(['false', ''])
  })

  test('stands over its caption, and its address is given back at the end', async () => {
    const revoke = vi.spyOn(URL, 'revokeObjectURL')
    const { page, text } = await show({ photo: () => Promise.resolve('blob:one') })
    expect([...page.querySelectorAll('img')].map((image) => image.alt)).toEqual(['铭牌', '旧件 阀芯划痕'])
    expect(text()).toContain('旧件 2026年11月21日 12:40 阀芯划痕')
    close()
    close = () => undefined
    expect(revoke).toHaveBeenCalledWith('blob:one')
  })
})

describe('what is to be paid', () => {
  test('is nothing under warranty, and the price is shown all the same', async () => {
    const { text } = await show()
    expect(text()).toContain('1 个 ¥1,280.00 ¥0.00')
    expect(text()).toContain('客户应付 ¥0.00')
  })

  test('is not invented where a price is not known', async () => {
    const parts = [{ ...CONTENT.parts[0], price_fen: null, line_fen: null }]
    const { text } = await show({ content: { ...CONTENT, parts, total_fen: null } })
    expect(text()).toContain('客户应付 —')
  })
})
