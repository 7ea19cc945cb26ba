import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import { labourMinutes, labourOf, workersOf } from '@/rules/labour'
import { colleaguesOf, helpersOf } from '@/technician/order/helpers'
import HelpersPage from '@/technician/order/HelpersPage.vue'
import MachinePage from '@/technician/order/MachinePage.vue'
import { isGivenTo } from '@/technician/records/states'
import { myOrders } from '@/technician/records/read'
import { arrive, beginDay, orderOf, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 1, minute)).toISOString()

test('two who work side by side each have their own time, and both count', () => {
  const stamps = [[0, 'start', null], [10, 'start', 'ben'], [40, 'stop', 'ben'], [60, 'stop', undefined]]
  const list = stamps.map(([minute, what, person_id]) => ({ at: at(minute as number), what, ...(person_id === undefined ? {} : { person_id }) }))
  expect(workersOf(list)).toEqual([null, 'ben'])
  expect(labourOf(list, at(90))).toEqual({ minutes: 60, since: null })
  expect(labourOf(list, at(90), 'ben')).toEqual({ minutes: 30, since: null })
  expect(labourMinutes(list, at(90))).toBe(90)
})

test('helpers are those whom the office knows, with what this phone has said since', () => {
  const said = (name: string, person_id: string, order_id = 'o'): Parameters<typeof helpersOf>[1][number] => ({ name, args: { order_id, person_id } })
  const order = { id: 'o', helpers: ['ann'] }
  expect(helpersOf(order, [])).toEqual(['ann'])
  expect(helpersOf(order, [said('order.bring_helper', 'ben'), said('order.bring_helper', 'sam', 'other')])).toEqual(['ann', 'ben'])
  expect(helpersOf(order, [said('order.release_helper', 'ann'), said('order.bring_helper', 'ben'), said('order.release_helper', 'ben')])).toEqual([])
})

test('only technicians of one’s own branch or provider can be brought', () => {
  const person = (id: string, more: object = {}): Parameters<typeof colleaguesOf>[0][number] =>
    ({ id, name_zh: id, name_en: null, badge: id, roles: ['engineer'], branch_id: 'n', provider_id: null, active: true, ...more })
  const people = [person('me'), person('ben'), person('gone', { active: false }), person('desk', { roles: ['dispatcher'] }), person('south', { branch_id: 's' }), person('theirs', { provider_id: 'p' })]
  expect(colleaguesOf(people, people[0], [], '').map(({ id }) => id)).toEqual(['ben'])
  expect(colleaguesOf(people, people[0], ['ben'], '')).toEqual([])
  expect(colleaguesOf(people, people[5], [], '')).toEqual([])
})

test('an order that one helps with is in one’s day, and nobody else’s is', async () => {
  const day = await beginDay()
  for (const [number, helpers] of [['SO-HELP', [day.person]], ['SO-OTHER', []]] as const)
    day.server.put('order', newId(), orderOf(day.ids, 'somebody', { number, helpers: [...helpers] }))
  await day.field.syncNow()
  const mine = (await myOrders(day.field)).map(({ order }) => order.number)
  expect(mine.sort()).toEqual(['SO-2026-000021', 'SO-HELP'])
  const helped = (await day.field.all('order')).map((order) => isGivenTo(order, day.person))
  expect(helped.filter(Boolean)).toHaveLength(2)
  await day.end()
})

describe('on the phone, without a signal', () => {
  let day: Day
  let shown: Shown
  const ben = newId()

  beforeEach(async () => {
    day = await beginDay()
    day.server.put('person_card', ben, { name_zh: '刘本', name_en: 'Ben Liu', badge: 'E2', roles: ['engineer'], branch_id: 'b', provider_id: null, active: true })
    await day.field.syncNow()
    await arrive(day)
    day.server.weather = () => 'lost'
  })
  afterEach(async () => {
    shown.app.unmount()
    await day.end()
  })

  test('a colleague is brought by one tap, works by the clock of their own, and is let go', async () => {
    shown = await show(HelpersPage, { order: day.ids.order }, day.field)
    await expect.poll(() => shown.text()).toContain('Ben Liu')
    await shown.tap('button.t-row')
    await expect.poll(() => shown.page.querySelectorAll('.person').length).toBe(2)
    await shown.tap('.person:last-child .on-button')
    await expect.poll(() => shown.find('.person:last-child').textContent).toContain('Stop')
    await shown.tap('.person:last-child .t-icon-button')
    await expect.poll(async () => (await day.field.outbox()).map(({ name }) => name)).toEqual(['visit.check_in', 'order.bring_helper', 'visit.start_work', 'visit.stop_work', 'order.release_helper'])
    expect((await day.field.outbox())[2]?.args['person_id']).toBe(ben)
  })

  test('another machine is registered as it stands there, with what was scanned', async () => {
    const visit = (await day.field.by('visit', 'order_id', day.ids.order))[0]!
    const changes = { scanned_serial: { was: null, now: 'SY365-9999' }, serial_differs: { was: null, now: true } }
    await day.field.act('visit.record', { visit_id: visit.id, order_id: day.ids.order, changes })
    shown = await show(MachinePage, { order: day.ids.order }, day.field)
    await expect.poll(() => shown.page.querySelector<HTMLInputElement>('input.on-number')?.value).toBe('SY365-9999')
    await shown.tap('footer .on-button--main')
    const made = async (): Promise<unknown> => (await day.field.outbox()).find(({ name }) => name === 'unit.register')?.args
    await expect.poll(made).toMatchObject({ order_id: day.ids.order, serial: 'SY365-9999', model_id: day.ids.model, site_id: day.ids.site })
    await expect.poll(() => shown.text()).toContain('Registered SY365-9999')
  })

  test('the hours of the order’s machine are corrected by what was seen', async () => {
    shown = await show(MachinePage, { order: day.ids.order }, day.field)
    await expect.poll(() => shown.page.querySelector<HTMLInputElement>('.hours input')?.value).toBe('3380')
    type(shown.find<HTMLInputElement>('.hours input'), '3401')
    await expect.poll(() => shown.page.querySelector('.hours button')).not.toBeNull()
    shown.find('.hours').dispatchEvent(new Event('submit'))
    await expect.poll(async () => (await day.field.get('unit', day.ids.unit))?.running_hours).toBe(3401)
  })
})
