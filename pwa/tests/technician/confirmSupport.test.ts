/** The support confirmation: what the head office's engineer did at an order, as its own technician says. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import type { View } from '@/store/store'
import ConfirmSupport from '@/technician/visit/stuck/ConfirmSupport.vue'
import { arrive, beginDay, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

const SENT = {
  problem: '主泵压力上不去', tried: null, wanted: '派液压专家', asked_at: '2026-11-21T02:00:00.000Z', status: 'hq_assigned',
  answer: null, answered_by: null, answered_at: null, again_of: null, steps: [], comes_on: '2026-11-21',
  work: null, minutes: null, charge_fen: null, confirmed_by: null, confirmed_at: null,
}

let day: Day
let visit: string
let shown: Shown
const asked = newId()

beforeEach(async () => {
  day = await beginDay()
  visit = await arrive(day)
  await day.field.syncNow()
  day.server.put('support_request', asked, { ...SENT, order_id: day.ids.order, visit_id: visit, asked_by: day.person, helper_id: newId() })
  await day.field.syncNow()
  day.server.weather = () => 'lost'
  shown = await show(ConfirmSupport, { visit, asked }, day.field)
  await expect.poll(() => shown.page.querySelector('textarea')).not.toBeNull()
})
afterEach(async () => {
  shown.app.unmount()
  await day.end()
})

const found = (): Promise<View<'support_request'> | undefined> => day.field.get('support_request', asked)
const main = (): HTMLButtonElement => shown.find<HTMLButtonElement>('.on-button--main')

async function filled(work: string, minutes: string, charge: string): Promise<void> {
  const [time, money] = shown.page.querySelectorAll('input')
  type(shown.find<HTMLTextAreaElement>('textarea'), work)
  type(time as HTMLInputElement, minutes)
  type(money as HTMLInputElement, charge)
  await Promise.resolve()
}

test('work, minutes and charge are recorded without a network, in fen', async () => {
  await filled('更换主泵调节器', '90', '1280.50')
  await expect.poll(() => main().disabled).toBe(false)
  await shown.tap('.on-button--main')
  await expect.poll(async () => (await found())?.status).toBe('confirmed')
  expect(await found()).toMatchObject({ work: '更换主泵调节器', minutes: 90, charge_fen: 128050, confirmed_by: day.person })
})

test('a charge may be left out, and one that is no money is not taken for none', async () => {
  await filled('调整压力', '15', '8')
  await expect.poll(() => main().disabled).toBe(false)
  await filled('调整压力', '15', '十元')
  await expect.poll(() => main().disabled).toBe(true)
  await filled('调整压力', '15', '')
  await expect.poll(() => main().disabled).toBe(false)
  await shown.tap('.on-button--main')
  await expect.poll(async () => (await found())?.status).toBe('confirmed')
  expect((await found())?.charge_fen).toBeNull()
})
