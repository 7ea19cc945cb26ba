import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import type { View } from '@/store/store'
import { readVisit } from '@/technician/visit/facts'
import Leave from '@/technician/visit/finish/Leave.vue'
import Overview from '@/technician/visit/finish/Overview.vue'
import PartsNeeded from '@/technician/visit/finish/PartsNeeded.vue'
import { presentReport } from '@/technician/visit/finish/reporting'
import { dayAfter, leaveWaiting, recordWaiting } from '@/technician/visit/finish/waiting'
import { isOpenForWork, phaseOf, type Phase } from '@/technician/visit/steps'
import { answer, arrive, beginDay, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

let day: Day
let visit: string
let shown: Shown | undefined

beforeEach(async () => {
  day = await beginDay()
  visit = await arrive(day)
  await answer(day, visit)
})
afterEach(async () => {
  shown?.app.unmount()
  shown = undefined
  await day.end()
})

const record = async (): Promise<View<'visit'>> => (await day.field.get('visit', visit))!
const phase = async (): Promise<Phase> => phaseOf((await readVisit(day.field, visit))!)
const status = async (): Promise<string | undefined> => (await day.field.get('order', day.ids.order))?.status
const report = async (id: string): Promise<View<'report'>> => (await day.field.get('report', id))!

async function present(): Promise<string> {
  await recordWaiting(day.field, await record(), { text: '主泵缺货', parts: [{ part_id: day.ids.part, quantity: 2 }], day: '2026-12-03' })
  return presentReport(day.field, await record(), 'parts_pending')
}

async function sign(report_id: string): Promise<void> {
  const { hash } = await report(report_id)
  await day.field.act('signoff.sign', { signature_id: newId(), report_id, order_id: day.ids.order, report_hash: hash, method: 'finger', signer_name: '周建国', image: 'data:,', strokes: [[1, 2]] })
}

async function press(label: string): Promise<void> {
  const all = (): HTMLButtonElement[] => [...(shown as Shown).page.querySelectorAll('button')].filter((one) => one.textContent.trim() === label && !one.disabled)
  await expect.poll(() => all().length).toBe(1)
  all()[0]?.click()
}

describe('an interim report', () => {
  test('says in its sealed content how the visit ends, what is awaited and when somebody comes again', async () => {
    const { content } = await report(await present())
    expect(content).toMatchObject({ version: 3, report: { outcome: 'parts_pending' }, visit: { awaited_note: '主泵缺货', next_visit_on: '2026-12-03' } })
    expect((content as { visit: { awaited: unknown } }).visit.awaited).toMatchObject([{ part_id: day.ids.part, quantity: 2 }])
    expect(await status()).toBe('parts_pending')
  })

  test('is signed, and the order goes on waiting for its parts', async () => {
    await sign(await present())
    expect([await status(), await phase()]).toEqual(['parts_pending', 'interim'])
    await leaveWaiting(day.field, await record())
    expect([await status(), await phase()]).toEqual(['parts_pending', 'left'])
    expect(await record()).toMatchObject({ outcome: 'parts_pending' })
    const notes = (await day.field.get('order', day.ids.order))?.notes as { text: string }[]
    expect(notes.at(-1)?.text).toContain('主泵缺货')
  })

  test('is not amended by the final one: both stand, each with its own hash', async () => {
    const first = await present()
    await sign(first)
    expect(isOpenForWork(await phase())).toBe(true)
    const second = await presentReport(day.field, await record())
    expect(await report(second)).toMatchObject({ outcome: 'done', round: 2, status: 'presented' })
    expect((await report(second)).amends ?? null).toBeNull()
    expect(await report(first)).toMatchObject({ outcome: 'parts_pending', status: 'signed' })
    expect(await status()).toBe('presented')
  })

  test('that nobody signed waits all the same', async () => {
    const id = await present()
    await day.field.act('signoff.leave_unsigned', { unsigned_record_id: newId(), report_id: id, order_id: day.ids.order, reason: 'absent' })
    expect([await status(), await phase()]).toEqual(['parts_pending', 'unsigned'])
  })

  test('is shown once more as it is while nothing in it has changed', async () => {
    const first = await present()
    expect(await presentReport(day.field, await record(), 'parts_pending')).toBe(first)
    expect(await presentReport(day.field, await record())).not.toBe(first)
  })
})

test('so many days from now are counted where the company is', () => {
  expect(dayAfter('2026-11-30T17:00:00.000Z', 3, 'Asia/Shanghai')).toBe('2026-12-04')
  expect(dayAfter('2026-11-30T17:00:00.000Z', 0, 'UTC')).toBe('2026-11-30')
})

describe('the screens', () => {
  test('where parts are needed begin with what the customer agreed to, and lead to the report', async () => {
    await day.field.act('visit.record_consent', {
      consent_id: newId(), visit_id: visit, order_id: day.ids.order, answer: 'agreed', given_by: '周建国', how: 'phone', parts: [{ part_id: day.ids.part, quantity: 3 }], price_fen: 0,
    })
    shown = await show(PartsNeeded, { visit }, day.field)
    await expect.poll(() => shown?.page.querySelector('.line strong')?.textContent).toBe('3')
    type(shown.find<HTMLTextAreaElement>('textarea'), '厂家调拨')
    type(shown.find<HTMLInputElement>('input[type=date]'), '2026-12-03')
    await press('Show the interim report')
    await expect.poll(() => shown?.router.currentRoute.value.name).toBe('report')
    expect(await record()).toMatchObject({ awaited_note: '厂家调拨', next_visit_on: '2026-12-03', outcome: null })
  })

  test('let the technician leave without a report, as before', async () => {
    shown = await show(PartsNeeded, { visit }, day.field)
    await expect.poll(() => shown?.page.querySelector('textarea')).not.toBeNull()
    type(shown.find<HTMLTextAreaElement>('textarea'), '主泵一台')
    await press('No report: wait for parts and leave')
    await expect.poll(() => shown?.router.currentRoute.value.name).toBe('left')
    expect([await status(), (await record()).outcome]).toEqual(['parts_pending', 'parts_pending'])
  })

  test('say after the signature that the order waits, and still let the work be finished', async () => {
    await sign(await present())
    shown = await show(Overview, { visit }, day.field)
    await expect.poll(() => shown?.text()).toContain('The interim report is signed')
    await press('Finished: show the final report')
    await expect.poll(() => shown?.router.currentRoute.value.name).toBe('report')
    expect((await report(String(shown.router.currentRoute.value.params['report']))).outcome).toBe('done')
  })

  test('leave with what the report says: parts pending, and nothing to be paid yet', async () => {
    await sign(await present())
    shown = await show(Leave, { visit }, day.field)
    await expect.poll(() => shown?.text()).toContain('the order waits for parts')
    await press('Record leaving')
    await expect.poll(() => shown?.router.currentRoute.value.name).toBe('left')
    expect(await record()).toMatchObject({ outcome: 'parts_pending' })
  })
})
