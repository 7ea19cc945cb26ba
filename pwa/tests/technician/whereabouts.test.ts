import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newId } from '@/protocol/ids'
import { allowAskingWhere } from '@/technician/session/whereabouts'
import Today from '@/technician/today/Today.vue'
import Arrive from '@/technician/visit/arrive/Arrive.vue'
import { presentReport } from '@/technician/visit/finish/reporting'
import { answer, beginDay, type Day } from '../support/day'
import { show, type Shown } from '../support/screen'

let day: Day
let shown: Shown
let asked = vi.fn()

beforeEach(async () => {
  localStorage.removeItem('onsite.position')
  asked = vi.fn((done: (fix: unknown) => void) => done({ coords: { latitude: 34.2, longitude: 117.2, accuracy: 15 } }))
  vi.spyOn(navigator, 'geolocation', 'get').mockReturnValue({ getCurrentPosition: asked } as unknown as Geolocation)
  day = await beginDay()
  day.server.weather = () => 'lost'
})
afterEach(async () => {
  if (shown.page.isConnected) shown.app.unmount()
  vi.restoreAllMocks()
  await day.end()
})

async function arrived(): Promise<Record<string, unknown>> {
  await shown.tap('footer .on-button--main')
  await expect.poll(async () => (await day.field.outbox()).map(({ name }) => name)).toContain('visit.check_in')
  await expect.poll(() => shown.router.currentRoute.value.name).toBeDefined() // the screen has gone on, and asks nothing more
  return (await day.field.outbox()).find(({ name }) => name === 'visit.check_in')?.args ?? {}
}

test('s35 consent taken back without a network: nobody asks where the phone is, and the order is completed', async () => {
  allowAskingWhere(false)
  shown = await show(Arrive, { order: day.ids.order }, day.field)
  await expect.poll(() => shown.text()).toContain('You chose under “Me” not to use your position')
  expect([...shown.page.querySelectorAll('button')].some((one) => one.textContent.includes('take position'))).toBe(false)
  const args = await arrived()
  expect(args).toMatchObject({ arrival_method: 'manual' })
  expect(Object.keys(args).filter((name) => /lat|lng|accuracy/.test(name))).toEqual([])
  const visit_id = args['visit_id'] as string
  shown.app.unmount()
  await day.reopen()
  await answer(day, visit_id)
  const report_id = await presentReport(day.field, (await day.field.get('visit', visit_id))!)
  const { hash } = (await day.field.get('report', report_id))!
  await day.field.act('signoff.sign', { signature_id: newId(), report_id, order_id: day.ids.order, report_hash: hash, method: 'finger', signer_name: '周建国', image: 'data:,', strokes: [[1, 2]] })
  expect((await day.field.get('order', day.ids.order))?.status).toBe('signed')
  expect(asked).not.toHaveBeenCalled()
})

test('s35 a fix that was taken is dropped again by a tap, and leaves the phone with nobody', async () => {
  shown = await show(Arrive, { order: day.ids.order }, day.field)
  await expect.poll(() => shown.page.querySelector('.on-button--wide')).not.toBeNull()
  await shown.tap('.on-button--wide')
  await expect.poll(() => shown.page.querySelector('.arrive__fix')).not.toBeNull()
  await shown.tap('.on-button--wide')
  expect(await arrived()).toMatchObject({ arrival_method: 'manual' })
  expect(JSON.stringify(await day.field.outbox())).not.toContain('342000000')
})

test('the list of the day tells how far each order is once somebody taps for it, and keeps that nowhere', async () => {
  shown = await show(Today, {}, day.field)
  await expect.poll(() => shown.page.querySelector('.today__ways button')).not.toBeNull()
  expect(asked).not.toHaveBeenCalled()
  await shown.tap('.today__ways button')
  await expect.poll(() => shown.find('.card').textContent).toMatch(/\d+ km · 一采区/)
  expect(await day.field.outbox()).toEqual([])
})
