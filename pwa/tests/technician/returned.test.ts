import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import { isAnswerable, readReport } from '@/technician/customer/report'
import RoundsPane from '@/technician/order/RoundsPane.vue'
import { myOrders, openVisit } from '@/technician/records/read'
import { beginAmendment } from '@/technician/visit/finish/amending'
import Overview from '@/technician/visit/finish/Overview.vue'
import { presentReport } from '@/technician/visit/finish/reporting'
import { readVisit } from '@/technician/visit/facts'
import { phaseOf } from '@/technician/visit/steps'
import { answer, arrive, beginDay, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

let day: Day
let visit: string
let signed: string
let shown: Shown | undefined

async function sign(report_id: string): Promise<void> {
  const hash = (await day.field.get('report', report_id))?.hash ?? ''
  await day.field.act('signoff.sign', { signature_id: newId(), report_id, order_id: day.ids.order, report_hash: hash, method: 'finger', signer_name: '周建国', image: 'data:,', strokes: [[1, 2]] })
}

beforeEach(async () => {
  day = await beginDay()
  visit = await arrive(day)
  await answer(day, visit)
  signed = await present()
  await sign(signed)
  await day.field.act('visit.leave', { visit_id: visit, order_id: day.ids.order, outcome: 'done' })
})
afterEach(async () => {
  shown?.app.unmount()
  shown = undefined
  await day.end()
})

const present = async (): Promise<string> => presentReport(day.field, (await day.field.get('visit', visit))!)
const phase = async (): Promise<string> => phaseOf((await readVisit(day.field, visit))!)
const complete = (): Promise<unknown> =>
  day.field.act('visit.record', { visit_id: visit, order_id: day.ids.order, changes: { test_result: { was: null, now: '正常' } } })

async function officeReturns(): Promise<void> {
  const asked = { report_id: signed, order_id: day.ids.order, visit_id: visit, field: 'test', message: '请补试机结果', returned_by: 'boss', returned_at: '2026-11-22T01:00:00.000Z', answered_at: null }
  day.server.put('report_return', newId(), asked)
  await day.field.syncNow()
}

test('a report that the office returned is open again and leads to what is missing', async () => {
  expect(await phase()).toBe('left')
  await officeReturns()
  expect(await phase()).toBe('returned')
  expect(openVisit((await myOrders(day.field))[0]!)?.id).toBe(visit)
  shown = await show(Overview, { visit }, day.field)
  await expect.poll(() => shown?.text()).toContain('请补试机结果')
  await expect.poll(() => shown?.page.querySelector('footer a.on-button--main')?.getAttribute('href')).toContain('/test')
  expect(shown.page.querySelector('.returned a')).toBeNull() // the main button says it already
  await complete()
  await expect.poll(() => shown?.page.querySelector('.returned a')?.getAttribute('href')).toContain('/test')
})

test('the main button leads to the field that the office has named, until it says something else', async () => {
  await officeReturns()
  shown = await show(Overview, { visit }, day.field)
  const main = (): string => shown?.page.querySelector('footer a.on-button--main')?.getAttribute('href') ?? ''
  await expect.poll(main).toContain('/test')
  expect(shown.find('footer a.on-button--main').textContent).toContain('Test')
  await complete()
  await expect.poll(main).toContain('/photos') // nothing else is named: the first open one
})

test('what is completed is a numbered amendment that names the signed report by its hash', async () => {
  await officeReturns()
  expect(await present()).toBe(signed) // nothing new: nothing to sign
  await complete()
  const second = await present()
  const [old, amendment] = [await day.field.get('report', signed), await day.field.get('report', second)]
  expect(amendment).toMatchObject({ amends: signed, amendment: 1, amendment_reason: '请补试机结果', status: 'presented', round: 2 })
  expect(amendment?.content).toMatchObject({ report: { amends: signed, amends_hash: old?.hash, amendment: 1 }, visit: { test_result: '正常' } })
  expect(old).toMatchObject({ status: 'signed', content: { visit: { test_result: null } } })
  expect(await phase()).toBe('presented')
  await sign(second)
  expect(await phase()).toBe('left')
  expect(await day.field.get('order', day.ids.order)).toMatchObject({ status: 'signed' })
})

test('the engineer amends what is signed without being asked: with a reason, as the same numbered amendment', async () => {
  shown = await show(Overview, { visit }, day.field)
  await expect.poll(() => shown?.text()).toContain('Amend the signed report')
  const start = [...shown.page.querySelectorAll('button')].find((one) => one.textContent.includes('Amend the signed report'))
  start?.click()
  await expect.poll(() => shown?.page.querySelector('dialog textarea')).not.toBeNull()
  type(shown.find<HTMLTextAreaElement>('dialog textarea'), '油压读错了')
  await expect.poll(() => shown?.find<HTMLButtonElement>('dialog .on-button--main').disabled).toBe(false)
  await shown.tap('dialog .on-button--main')
  await expect.poll(phase).toBe('amending')
  await complete()
  const second = await present()
  expect(await day.field.get('report', second)).toMatchObject({ amends: signed, amendment: 1, amendment_reason: '油压读错了' })
  expect(await phase()).toBe('presented')
  expect(isAnswerable((await readReport(day.field, second))!)).toBe(true)
  await sign(second)
  expect(await phase()).toBe('left')
})

test('the reason of an amendment is kept while it is written, also when the page is killed', async () => {
  const begin = async (): Promise<HTMLTextAreaElement> => {
    shown = await show(Overview, { visit }, day.field)
    await expect.poll(() => shown?.text()).toContain('Amend the signed report')
    ;[...shown.page.querySelectorAll('button')].find((one) => one.textContent.includes('Amend the signed report'))?.click()
    await expect.poll(() => shown?.page.querySelector('dialog textarea')).not.toBeNull()
    return shown.find<HTMLTextAreaElement>('dialog textarea')
  }
  type(await begin(), '油压读错了')
  await expect.poll(() => day.field.journal.fact(`draft:amend:${visit}`)).toEqual({ text: '油压读错了' })
  shown?.app.unmount()
  const area = await begin()
  await expect.poll(() => area.value).toBe('油压读错了')
})

test('what was changed after the signature is named to the engineer, until an amendment is presented', async () => {
  shown = await show(Overview, { visit }, day.field)
  await expect.poll(() => shown?.text()).toContain('Amend the signed report')
  expect(shown.text()).not.toContain('Changed since the signature')
  await complete()
  const line = { part_line_id: newId(), stock_move_id: newId(), part_id: day.ids.part, quantity: 1 }
  await day.field.act('visit.use_part', { visit_id: visit, order_id: day.ids.order, ...line })
  await expect.poll(() => shown?.text()).toContain('Changed since the signature: Test result, Parts.')
  await beginAmendment(day.field, visit, '油压读错了')
  await present()
  await expect.poll(() => shown?.text()).not.toContain('Changed since the signature')
})

test('a visit that was left is reached from its order, for whoever has to amend it', async () => {
  shown = await show(RoundsPane, { order: day.ids.order }, day.field)
  await expect.poll(() => shown?.page.querySelector('a.round__head')?.getAttribute('href')).toContain(`/visit/${visit}`)
})
