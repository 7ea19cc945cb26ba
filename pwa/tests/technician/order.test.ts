import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import type { Data } from '@/rules/tables'
import type { View } from '@/store/store'
import { coverOf } from '@/technician/order/cover'
import { peopleToCall } from '@/technician/order/contacts'
import { entryOf, found, inOrder, PIECE, piecesOf, usualFaults } from '@/technician/order/history'
import { arrivalOf } from '@/technician/order/answers'
import { MAPS, mapLink } from '@/technician/order/map'
import OrderPage from '@/technician/order/OrderPage.vue'
import { arrive, beginDay, orderOf, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

type Record = Parameters<typeof entryOf>[0]

function past(happened_on: string, raw_text: string, fault?: { code: string; name_zh: string; name_en: string }): ReturnType<typeof entryOf> {
  const record = { id: newId(), happened_on, raw_text, order_number: '9017', type: 'repair', work_done: null, fault_code_id: null } as unknown as Record
  return entryOf(record, fault as never)
}

describe('a history of a thousand entries', () => {
  const entries = inOrder(Array.from({ length: 1103 }, (_, at) => past(`${2001 + (at % 12)}-0${(at % 9) + 1}-15`, `entry ${at}`)))

  test('is newest first', () => {
    const days = entries.map(({ record }) => record.happened_on)
    expect(days).toEqual([...days].sort().reverse())
  })

  test('is drawn in pieces that lose nothing, each within one year', () => {
    const pieces = piecesOf(entries)
    expect(pieces.flatMap((piece) => piece.entries)).toEqual(entries)
    for (const piece of pieces) {
      expect(piece.entries.length).toBeLessThanOrEqual(PIECE)
      expect(new Set(piece.entries.map(({ record }) => record.happened_on.slice(0, 4)))).toEqual(new Set([piece.year]))
    }
    expect(pieces.filter(({ first }) => first).map(({ year }) => year)).toEqual(Array.from({ length: 12 }, (_, at) => String(2012 - at)))
  })

  test('is searched in both languages, every word, in any order', () => {
    const leak = past('2012-01-01', 'SHD0024 boom cyl', { code: 'HYD-LEAK', name_zh: '油缸渗漏', name_en: 'Cylinder leak' })
    const all = [...entries, leak]
    for (const question of ['渗漏', 'LEAK cylinder', 'boom hyd-leak', '9017 shd0024']) expect(found(all, question)).toEqual([leak])
    expect(found(all, 'leak pump')).toEqual([])
    expect(found(all, '  ')).toHaveLength(1104)
  })

  test('tells what this machine often has', () => {
    const of = (id: string | null): { fault_code_id: string | null } => ({ fault_code_id: id })
    expect(usualFaults([of('a'), of('b'), of(null), of(null), of('b')], 2)).toEqual(['b', 'a'])
  })
})

describe('the people to call', () => {
  const order = { id: 'o', contact_name: '周建国', contact_phone: '138 0000 1000', site_id: 's' }
  const contact = (name: string, phone: string | null, site_id: string | null, title = ''): { id: string; name: string; phone: string | null; site_id: string | null; title: string } =>
    ({ id: name, name, phone, site_id, title })

  test('begin with the order’s own, once, and take the title from the file', () => {
    const people = peopleToCall(order, [contact('周建国', '13800001000', 's', '设备主管')])
    expect(people).toEqual([{ of: 'order', id: 'o', name: '周建国', phone: '138 0000 1000', title: '设备主管' }])
  })

  test('are one person where only the file knows the number, and two where each has their own', () => {
    const nameless = { ...order, contact_phone: null }
    const [file, other] = [contact('周建国', '138', 's', '设备主管'), contact('周建国', '139', 's')]
    expect(peopleToCall(nameless, [file])).toEqual([{ of: 'contact', id: '周建国', name: '周建国', phone: '138', title: '设备主管' }])
    expect(peopleToCall(nameless, [file, other]).map(({ phone }) => phone)).toEqual(['138', '139'])
  })

  test('are those of this site before those of the whole customer, and nobody from elsewhere', () => {
    const all = [contact('总部', '1', null), contact('别处', '2', 'other'), contact('现场', '3', 's')]
    expect(peopleToCall(order, all).map(({ name }) => name)).toEqual(['周建国', '现场', '总部'])
  })

  test('are the file’s when the order names nobody', () => {
    expect(peopleToCall({ ...order, contact_name: null, contact_phone: null }, [])).toEqual([])
  })
})

test('a cover that ends within a month says so', () => {
  const order = { type: 'maintenance', received_at: '2026-01-05T01:00:00.000Z' }
  const on = (day: string, warranty_end: string): ReturnType<typeof coverOf> => {
    const unit = { warranty_end, agreement_end: null } as unknown as View<'unit'>
    return coverOf({ unit, order, visits: [], history: [], decisions: [] }, `${day}T04:00:00.000Z`, 'Asia/Shanghai')
  }
  expect(on('2026-11-21', '2026-11-25')).toMatchObject({ basis: 'warranty', covered: true, endsSoon: true })
  expect(on('2026-11-26', '2026-11-25')).toMatchObject({ basis: 'chargeable', covered: false, endsSoon: false })
  expect(on('2026-11-21', '2027-11-25').endsSoon).toBe(false)
})

test('s04: with 15 days of repair a machine sold on 1 March 2025 is covered through 16 March 2026, and no longer', () => {
  const unit = { sold_on: '2025-03-01', warranty_end: '2026-03-01', agreement_end: null } as unknown as View<'unit'>
  const history = [{ type: 'repair', happened_on: '2025-06-10', repair_days: 15 }]
  const reported = (at: string): ReturnType<typeof coverOf> =>
    coverOf({ unit, order: { type: 'repair', received_at: at }, visits: [], history, decisions: [] }, '2026-03-20T04:00:00.000Z', 'Asia/Shanghai')
  expect(reported('2026-03-16T15:59:59.999Z')).toMatchObject({ basis: 'warranty', until: '2026-03-16', repair_days: 15 })
  expect(reported('2026-03-16T16:00:00.000Z')).toMatchObject({ basis: 'chargeable', covered: false }) // midnight in Shanghai
})

test('s25: two repairs that this phone knows of let a consumer ask for an exchange', () => {
  const unit = { sold_on: '2026-06-01', warranty_end: '2027-06-01', agreement_end: null, rule_pack: 'consumer' } as unknown as View<'unit'>
  const known = ['2026-07-01', '2026-08-01'].map((happened_on) => ({ type: 'repair', happened_on, repair_days: 0 }))
  const order = { type: 'repair', received_at: '2026-11-20T01:00:00.000Z' }
  const remedies = (history: Data[]): readonly string[] | undefined =>
    coverOf({ unit, order, visits: [], history, decisions: [] }, order.received_at, 'Asia/Shanghai').remedies?.remedies
  expect(remedies(known.slice(1))).toEqual(['repair'])
  expect(remedies(known)).toEqual(['exchange', 'return'])
})

test('a map is opened at the place as that map is drawn, and finds an address where there is no position', () => {
  const site = { name: '一采区', address: '薛家湾镇', lat_e7: 399150000, lng_e7: 1164040000 }
  expect(mapLink(site)).toContain('to=116.410244,39.916404,')
  expect(mapLink(site)).toContain('coordinate=gaode')
  expect(mapLink(site, 'baidu')).toContain('location=39.922700,116.416627')
  expect(mapLink(site, 'baidu')).toContain('coord_type=bd09ll')
  expect(mapLink(site, 'tencent')).toContain('tocoord=39.916404,116.410244')
  const tokyo = { ...site, lat_e7: 356762000, lng_e7: 1396503000 }
  expect(mapLink(tokyo)).toContain('to=139.650300,35.676200')
  expect(mapLink(tokyo, 'baidu')).toContain('coord_type=wgs84')
  for (const app of MAPS) expect(mapLink({ ...site, lat_e7: null }, app)).toContain(encodeURIComponent('薛家湾镇'))
})

test('somebody who is late comes so long after what was booked, or after now when that has passed', () => {
  const now = '2026-11-21T02:00:00.000Z'
  expect(arrivalOf('2026-11-21T03:00:00.000Z', now, 30)).toBe('2026-11-21T03:30:00.000Z')
  expect(arrivalOf('2026-11-21T01:00:00.000Z', now, 30)).toBe('2026-11-21T02:30:00.000Z')
  expect(arrivalOf(null, now, 15)).toBe('2026-11-21T02:15:00.000Z')
})

describe('the order’s page', () => {
  let day: Day
  let shown: Shown

  beforeEach(async () => {
    day = await beginDay()
    shown = await show(OrderPage, { order: day.ids.order }, day.field)
    await expect.poll(() => shown.text()).toContain('SY365-0412')
  })
  afterEach(async () => {
    shown.app.unmount()
    await day.end()
  })

  test('offers to accept, then to set off, then to check in', async () => {
    await shown.tap('footer .on-button--main')
    await expect.poll(() => shown.find('footer .on-button--main').textContent).toContain('Set off')
    await shown.tap('footer .on-button--main')
    await expect.poll(() => shown.find('footer .on-button--main').textContent).toContain('Check in')
    await expect.poll(() => day.server.get('order', day.ids.order)?.['status']).toBe('travelling')
  })

  test('says that one is late, without a signal: to the minute, once', async () => {
    day.server.weather = () => 'lost'
    await shown.tap('.answers button:first-child')
    await shown.tap('dialog .t-chip:nth-child(3)')
    await shown.tap('dialog .on-button--main')
    await expect.poll(() => shown.text()).toContain('Told at')
    const said = (await day.field.outbox()).filter(({ name }) => name === 'order.run_late')
    expect(said.map(({ args }) => args['minutes'])).toEqual([45])
  })

  test('declines only with a reason, and says that the office has to send somebody else', async () => {
    await shown.tap('.answers button:last-child')
    const tell = (): HTMLButtonElement => shown.find<HTMLButtonElement>('dialog .on-button--danger')
    expect(tell().disabled).toBe(true)
    await shown.tap('dialog .t-chip')
    await expect.poll(() => tell().disabled).toBe(false)
    await shown.tap('dialog .on-button--danger')
    await expect.poll(() => day.server.get('order', day.ids.order)?.['answers']).toMatchObject([{ what: 'declined', text: 'My day is full' }])
    await expect.poll(() => shown.text()).toContain('the office sends somebody else')
  })

  test('goes on with a visit that is open', async () => {
    const visit = await arrive(day)
    await expect.poll(() => shown.find('footer .on-button--main').textContent).toContain('Go on with the visit')
    await shown.tap('footer .on-button--main')
    expect(shown.router.currentRoute.value).toMatchObject({ name: 'visit', params: { visit } })
  })

  test('keeps a note that is being written through a killed page, and sends it once', async () => {
    const area = (): HTMLTextAreaElement => shown.find<HTMLTextAreaElement>('form textarea')
    type(area(), '门卫要登记')
    await expect.poll(() => day.field.journal.fact(`draft:note:${day.ids.order}`)).toEqual({ text: '门卫要登记' })
    shown.app.unmount()
    shown = await show(OrderPage, { order: day.ids.order }, await day.reopen())
    await expect.poll(() => shown.page.querySelector('textarea')?.value).toBe('门卫要登记')
    shown.find('form').dispatchEvent(new Event('submit'))
    await expect.poll(() => day.server.get('order', day.ids.order)?.['notes']).toMatchObject([{ text: '门卫要登记' }])
    await expect.poll(() => area().value).toBe('')
  })

  describe('with two words for one thing', () => {
    const rules = (): string | undefined => [...shown.page.querySelectorAll('h3 + p')].map((one) => one.textContent.trim())[0]

    beforeEach(async () => {
      day.server.put('collision', newId(), {
        of_kind: 'site', of_id: day.ids.site, field: 'rules', note: 'collision', stands: '戴安全帽', stands_by: null, stands_at: null,
        kept: '从东门进', kept_by: day.person, kept_at: '2026-11-21T01:00:00.000Z', settled_at: null, settled_by: null,
      })
      await day.field.syncNow()
      await expect.poll(() => shown.text()).toContain('Two people wrote different things')
      expect(shown.text()).toContain('从东门进')
      expect(shown.text()).toContain('Wang Zhiqiang')
    })

    test('takes the other by one tap, at once and on the server', async () => {
      await shown.tap('.beside .on-button--main')
      await expect.poll(rules).toBe('从东门进')
      await expect.poll(() => shown.text()).not.toContain('Two people wrote different things')
      await expect.poll(() => day.server.get('site', day.ids.site)?.['rules']).toBe('从东门进')
    })

    test('keeps what stands by one tap', async () => {
      await shown.tap('.beside .on-button')
      await expect.poll(() => shown.text()).not.toContain('Two people wrote different things')
      expect(rules()).toBe('戴安全帽')
    })
  })

  test('is corrected by what was seen, also without a signal', async () => {
    day.server.weather = () => 'lost'
    const begin = [...shown.page.querySelectorAll<HTMLElement>('.correct__begin')].find((one) => one.getAttribute('aria-label')?.includes('Phone of 周建国'))
    begin?.click()
    await expect.poll(() => shown.page.querySelector<HTMLInputElement>('dialog input')?.value).toBe('13800001000')
    type(shown.find<HTMLInputElement>('dialog input'), '139')
    shown.find('dialog form').dispatchEvent(new Event('submit'))
    await expect.poll(() => shown.find('.t-rows').textContent).toContain('139')
    const entry = (await day.field.journal.overlay()).at(-1)
    expect(entry).toMatchObject({ name: 'order.edit_contact', args: { changes: { contact_phone: { was: '13800001000', now: '139' } } } })
  })

  test('says that the office took the order back, and still lets somebody who is there check in', async () => {
    day.server.put('order', day.ids.order, orderOf(day.ids, day.person, { status: 'cancelled', cancel_reason: '重复报修' }))
    await day.field.syncNow()
    await expect.poll(() => shown.text()).toContain('重复报修')
    expect(shown.find('footer').textContent).toContain('check in all the same')
  })
})
