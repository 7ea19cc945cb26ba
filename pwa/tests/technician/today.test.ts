import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import { goesOn } from '@/technician/session/place'
import { usable } from '@/technician/session/enter'
import { installWay } from '@/technician/shell/install'
import Today from '@/technician/today/Today.vue'
import { isLate, nextAfter, planOf, sectionOf } from '@/technician/today/plan'
import type { OrderLine } from '@/technician/records/read'
import { arrive, beginDay, orderOf, type Day } from '../support/day'
import { show, type Shown } from '../support/screen'

const ZONE = 'Asia/Shanghai'
const NOW = '2026-11-21T02:00:00.000Z' // 10:00 in Shanghai

function line(changes: Record<string, unknown> = {}, visits: { left_at: string | null }[] = []): OrderLine {
  const order = { id: newId(), $pending: false, number: 'SO-1', status: 'dispatched', received_at: NOW, window_start: NOW, window_end: NOW, ...changes }
  return { order, visits, customer: undefined, site: undefined, unit: undefined, model: undefined } as unknown as OrderLine
}

describe('the plan of the day', () => {
  test('follows the time windows, not the order in which things came', () => {
    const late = line({ number: 'B', window_start: '2026-11-21T07:00:00.000Z' })
    const early = line({ number: 'C', window_start: '2026-11-21T01:00:00.000Z' })
    expect(planOf([late, early], NOW, ZONE)).toEqual([{ name: 'today', lines: [early, late] }])
  })

  test('counts days where the company is', () => {
    const lateEvening = line({ window_start: '2026-11-21T15:30:00.000Z' }) // 23:30 in Shanghai
    const midnight = line({ window_start: '2026-11-21T16:30:00.000Z' }) // 00:30 tomorrow
    expect(sectionOf(lateEvening, NOW, ZONE)).toBe('today')
    expect(sectionOf(midnight, NOW, ZONE)).toBe('later')
  })

  test('keeps an order in hand while it is worked on, even when the office cancelled it', () => {
    expect(sectionOf(line({ status: 'cancelled' }), NOW, ZONE)).toBe('cancelled')
    expect(sectionOf(line({ status: 'cancelled' }, [{ left_at: null }]), NOW, ZONE)).toBe('now')
  })

  test('says that a window has passed only while nobody has been there', () => {
    const passed = { window_end: '2026-11-21T01:59:59.000Z' }
    expect(isLate(line(passed), NOW)).toBe(true)
    expect(isLate(line(passed, [{ left_at: NOW }]), NOW)).toBe(false)
    expect(isLate(line({ ...passed, status: 'signed' }), NOW)).toBe(false)
    expect(isLate(line({ window_end: null }), NOW)).toBe(false)
  })

  test('leads from a finished order to the next one that waits', () => {
    const done = line({ status: 'signed' })
    const tomorrow = line({ window_start: '2026-11-22T01:00:00.000Z' })
    const next = line({ window_start: '2026-11-21T05:00:00.000Z' })
    expect(nextAfter([done, tomorrow, next], done.order.id, NOW, ZONE)).toBe(next)
    expect(nextAfter([done, tomorrow], done.order.id, NOW, ZONE)).toBeUndefined()
  })
})

describe('the place to go on', () => {
  const at = Date.parse(NOW)

  test('is the visit for a whole shift, and any other screen for a moment', () => {
    const hour = 3_600_000
    expect(goesOn({ path: '/visit/1/work', at }, at + 9 * hour)).toBe(true)
    expect(goesOn({ path: '/report/1/sign', at }, at + 9 * hour)).toBe(true)
    expect(goesOn({ path: '/visit/1/work', at }, at + 19 * hour)).toBe(false)
    expect(goesOn({ path: '/order/1', at }, at + hour / 4)).toBe(true)
    expect(goesOn({ path: '/order/1', at }, at + hour)).toBe(false)
  })

  test('is not believed when the clock went backwards', () => {
    expect(goesOn({ path: '/visit/1/work', at }, at - 1)).toBe(false)
  })

  test('does not go on with a visit that has ended', () => {
    expect(goesOn({ path: '/visit/1/left', at }, at + 1)).toBe(false)
  })
})

describe('the app opens without a network', () => {
  const session = { person: { id: 'p', name_zh: '王', name_en: null, language: null }, roles: ['engineer'], device: { id: 'd', code: 'A7' } }

  test('for an engineer whose device has a name', () => {
    expect(usable(session)?.device.code).toBe('A7')
  })

  test('for nobody else', () => {
    expect(usable(undefined)).toBeUndefined()
    expect(usable({ ...session, device: null })).toBeUndefined()
    expect(usable({ ...session, roles: ['dispatcher'] })).toBeUndefined()
  })
})

test('each browser is told its own way onto the home screen', () => {
  expect(installWay('iPhone Safari', false, true, false)).toBe('ios')
  expect(installWay('iPhone MicroMessenger', false, true, false)).toBe('wechat')
  expect(installWay('Android Chrome', false, true, true)).toBe('prompt')
  expect(installWay('Android Chrome', false, false, false)).toBe('insecure')
  expect(installWay('Android Chrome', true, true, false)).toBe('installed')
  expect(installWay('Windows Edge', false, true, false)).toBe('menu')
})

describe('the list', () => {
  let day: Day
  let shown: Shown

  beforeEach(async () => {
    day = await beginDay()
  })
  afterEach(async () => {
    shown.app.unmount()
    await day.end()
  })

  test('shows customer, site, unit, urgency and status, and an open visit by itself', async () => {
    shown = await show(Today, {}, day.field)
    await expect.poll(() => shown.text()).toContain('Mengtai Mining')
    for (const words of ['一采区 · 薛家湾镇', 'excavator', 'SY365-0412', 'Urgent', 'Dispatched', '动臂油缸漏油']) expect(shown.text()).toContain(words)
    await arrive(day)
    await expect.poll(() => shown.text()).toContain('Visit open')
    expect(shown.text()).toContain('On site')
  })

  test('says that the office cancelled an order, and why', async () => {
    shown = await show(Today, {}, day.field)
    day.server.put('order', day.ids.order, orderOf(day.ids, day.person, { status: 'cancelled', cancel_reason: '客户自行修复' }))
    await day.field.syncNow()
    await expect.poll(() => shown.text()).toContain('The office cancelled this order.')
    expect(shown.text()).toContain('客户自行修复')
  })

  test('of a day without orders says so', async () => {
    day.server.put('order', day.ids.order, orderOf(day.ids, newId()))
    await day.field.syncNow()
    shown = await show(Today, {}, day.field)
    await expect.poll(() => shown.text()).toContain('No orders today')
  })
})
