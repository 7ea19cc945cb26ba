/** A check-in that the server keeps for a decision: its author still sees what they did, why it waits and whom to ask. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import OrderPage from '@/technician/order/OrderPage.vue'
import Outbox from '@/technician/outbox/Outbox.vue'
import Overview from '@/technician/visit/finish/Overview.vue'
import { answer, arrive, beginDay, type Day } from '../support/day'
import { show, type Shown } from '../support/screen'

let day: Day
let visit: string
let shown: Shown | undefined

/** The server holds the check-in and publishes the card, as the real one does; what follows waits for it. */
beforeEach(async () => {
  day = await beginDay()
  day.server.put('branch', 'b', { kind: 'branch', name_zh: '徐州', name_en: null, address: null, phone: '0516-55500123', approval: 'automatic' })
  day.server.hold.add('visit.check_in')
  day.server.weather = () => 'lost' // nothing of it goes before the card is there
  visit = await arrive(day)
  await answer(day, visit)
  const picture = { bytes: Uint8Array.from([1]).buffer, media_type: 'image/jpeg' as const, width: 1, height: 1, thumb: 'data:image/jpeg;base64,AA==' }
  await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot: 'fault' }, picture)
  const entry = (await day.field.outbox()).find(({ name }) => name === 'visit.check_in')
  day.server.put('held', entry!.id, card(entry!))
  day.server.weather = () => 'fine'
  await day.field.syncNow()
  await expect.poll(async () => (await day.field.all('held')).length).toBe(1)
})
afterEach(async () => {
  shown?.app.unmount()
  shown = undefined
  await day.end()
})

function card({ journal, seq, name, args, made_at }: { journal: string; seq: number; name: string; args: object; made_at: string }): Record<string, never> {
  const told = { person_id: day.person, journal, seq, name, version: 1, reason: 'held_not_your_order', order_id: day.ids.order, args, notes: [] }
  return { ...told, made_at, received_at: made_at, uncertainty_ms: null, clock_suspicious: false, status: 'open', resolution: null } as never
}

test('the visit shows what was done at it, why it waits, and whom to call', async () => {
  shown = await show(Overview, { visit }, day.field)
  await expect.poll(() => shown?.text()).toContain('Your check-in waits for the office')
  expect(shown.text()).toContain('This order was never given to this technician')
  expect(shown.text()).toContain('油封磨损')
  expect(shown.page.querySelectorAll('.pictures img')).toHaveLength(1)
  expect(shown.find('a[href^="tel:"]').getAttribute('href')).toBe('tel:0516-55500123')
})

test.each([['the order', OrderPage], ['the outbox', Outbox]])('%s leads to it', async (_, screen) => {
  shown = await show(screen, { order: day.ids.order }, day.field)
  await expect.poll(() => shown?.page.querySelector(`a[href*="${visit}"]`)).not.toBeNull()
})

test('the order leads on with it and asks for no other check-in, until the office has decided', async () => {
  const main = (): string | undefined => shown?.page.querySelector('footer .on-button--main')?.textContent.trim()
  shown = await show(OrderPage, { order: day.ids.order }, day.field)
  await expect.poll(main).toBe('See what was done')
  expect(shown.page.querySelector('footer')?.textContent).toContain('I am there: check in all the same')
  const [held] = await day.field.all('held')
  day.server.put('held', held!.id, { ...day.server.get('held', held!.id), status: 'set_aside' })
  await day.field.syncNow()
  await expect.poll(() => shown?.page.querySelector('footer')?.textContent).not.toContain('See what was done')
})

test('once it was set aside the visit says so, with what was done', async () => {
  const [held] = await day.field.all('held')
  day.server.put('held', held!.id, { ...day.server.get('held', held!.id), status: 'set_aside' })
  await day.field.syncNow()
  shown = await show(Overview, { visit }, day.field)
  await expect.poll(() => shown?.text()).toContain('Set aside')
  expect(shown.text()).toContain('油封磨损')
})
