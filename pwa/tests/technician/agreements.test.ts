import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import type { JsonObject } from '@/protocol/json'
import { hashOf } from '@/rules/canonical'
import { readVisit } from '@/technician/visit/facts'
import Leave from '@/technician/visit/finish/Leave.vue'
import { presentReport } from '@/technician/visit/finish/reporting'
import { stepsOtherThan } from '@/technician/visit/finish/since'
import { readParts } from '@/technician/visit/parts/catalogue'
import PartsStep from '@/technician/visit/parts/PartsStep.vue'
import { recordSigned } from '@/technician/visit/plan/agreement'
import { partsToFit, readPrices } from '@/technician/visit/plan/asking'
import PlanStep from '@/technician/visit/plan/PlanStep.vue'
import { dueOf, fenOf, yuanOf } from '@/technician/visit/settle/money'
import { shownSteps, type VisitFacts } from '@/technician/visit/steps'
import TrainingStep from '@/technician/visit/training/TrainingStep.vue'
import { answer, arrive, beginDay, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

let day: Day
let visit: string
let shown: Shown | undefined

beforeEach(async () => {
  day = await beginDay()
  visit = await arrive(day)
})
afterEach(async () => {
  shown?.app.unmount()
  shown = undefined
  await day.end()
})

const facts = async (): Promise<VisitFacts> => (await readVisit(day.field, visit)) as VisitFacts
const consents = (): Promise<unknown[]> => day.field.by('consent', 'order_id', day.ids.order)

async function press(label: string): Promise<void> {
  const all = (): HTMLButtonElement[] => [...(shown as Shown).page.querySelectorAll('button')].filter((one) => one.textContent.trim() === label && !one.disabled)
  await expect.poll(() => all().length).toBe(1)
  all()[0]?.click()
}

describe('s05: the customer is asked', () => {
  test('and one tap keeps who agreed and how, without a network', async () => {
    shown = await show(PlanStep, { facts: await facts() }, day.field)
    await press('Customer agrees')
    await expect.poll(consents).toMatchObject([{ answer: 'agreed', given_by: '周建国', how: 'in_person', price_fen: 0 }])
  })

  test('and a refusal closes the order', async () => {
    await day.field.act('visit.record_consent', { consent_id: newId(), visit_id: visit, order_id: day.ids.order, answer: 'refused', given_by: '周建国', how: 'phone', parts: [] })
    shown = await show(PlanStep, { facts: await facts() }, day.field)
    await press('Consent refused: end the visit')
    await expect.poll(async () => (await day.field.get('order', day.ids.order))?.status).toBe('closed')
    expect(await day.field.get('visit', visit)).toMatchObject({ outcome: 'consent_refused' })
  })
})

describe('a plan that the customer agreed to', () => {
  const agree = (quantity: number, answer: 'agreed' | 'refused' = 'agreed'): Promise<unknown> =>
    day.field.act('visit.record_consent', {
      consent_id: newId(), visit_id: visit, order_id: day.ids.order, answer, given_by: '周建国', how: 'in_person', parts: [{ part_id: day.ids.part, quantity }], price_fen: 0,
    })

  test('brings its parts into sight, to be fitted by two taps', async () => {
    await agree(2)
    expect(shownSteps(await facts())).toContain('parts')
    shown = await show(PartsStep, { facts: await facts() }, day.field)
    await expect.poll(() => shown?.page.querySelector('.lines button')).not.toBeNull()
    await shown.tap('.lines button')
    await expect.poll(() => shown?.page.querySelector<HTMLInputElement>('#quantity')?.value).toBe('2')
    await press('Record as fitted')
    await expect.poll(() => day.field.by('part_line', 'visit_id', visit)).toMatchObject([{ part_id: day.ids.part, quantity: 2 }])
    expect(partsToFit(await facts())).toEqual([])
  })

  test('and then took back is not to be fitted', async () => {
    await agree(2)
    await agree(2, 'refused')
    expect(partsToFit(await facts())).toEqual([])
  })

  test('is not asked about again while it stays as it is', async () => {
    shown = await show(PlanStep, { facts: await facts() }, day.field)
    await press('Customer agrees')
    await expect.poll(consents).toHaveLength(1)
    shown.app.unmount()
    shown = await show(PlanStep, { facts: await facts() }, day.field)
    await expect.poll(() => shown?.text()).toContain('Change the answer')
    expect(shown.text()).not.toContain('Customer refuses')
    type(shown.find('.method'), '换油封')
    await expect.poll(() => shown?.text()).toContain('Customer refuses')
  })
})

test('a signature under a plan stands for just what was told: parts by name and price, order, language, time', async () => {
  day.server.weather = () => 'lost'
  const told = { answer: 'agreed', given_by: '周建国', how: 'in_person', method: '更换密封组件', minutes: 60, parts: [{ part_id: day.ids.part, quantity: 2 }], price_fen: 276_100 } as const
  const hand = { image: 'data:image/png;base64,AA==', strokes: [[1, 2, 3, 4]] }
  const around = { prices: await readPrices(day.field), language: 'zh-CN' }
  await recordSigned(day.field, await facts(), { ...told, parts: [...told.parts], ...hand }, around)
  const args = (await day.field.outbox()).at(-1)?.args as { content: Record<string, unknown>; hash: string }
  expect(args.hash).toBe(hashOf(args.content as JsonObject))
  expect(args.content).toMatchObject({
    ...told, order_id: day.ids.order, order_number: 'SO-2026-000021', unit_serial: 'SY365-0412', language: 'zh-CN', told_at: expect.any(String) as string,
    parts: [{ part_id: day.ids.part, quantity: 2, number: '60248871', name_zh: '密封组件', price_fen: 128_050 }],
  })
  expect(args).toMatchObject({ device_key: expect.any(String) as string, device_signature: expect.any(String) as string })
  expect(await consents()).toMatchObject([{ hash: args.hash, strokes: hand.strokes, price_fen: 276_100 }])
})

describe('a part recorded by mistake', () => {
  const part_line_id = newId()
  const ids = (): { visit_id: string; order_id: string; part_id: string; quantity: number } => ({ visit_id: visit, order_id: day.ids.order, part_id: day.ids.part, quantity: 2 })
  const inVan = async (): Promise<number | undefined> => (await readParts(day.field, day.ids.model))[0]?.quantity

  beforeEach(async () => {
    day.server.weather = () => 'lost' // all of it without a network
    await day.field.act('visit.record_consent', {
      consent_id: newId(), visit_id: visit, order_id: day.ids.order, answer: 'agreed', given_by: '周建国', how: 'in_person', parts: [{ part_id: day.ids.part, quantity: 2 }], price_fen: 0,
    })
    await day.field.act('visit.use_part', { ...ids(), part_line_id, stock_move_id: newId(), old_serial: 'A-1' })
    await day.field.act('visit.tag_old_part', { ...ids(), part_line_id, old_part_return_id: newId(), tag: 'A7-P0001' })
  })

  test('is taken back by three taps: the van has it again, it is to be fitted again, the line stays with why', async () => {
    const before = await inVan()
    shown = await show(PartsStep, { facts: await facts() }, day.field)
    await expect.poll(() => shown?.text()).toContain('A7-P0001')
    await press('Mistake')
    await press('Wrong part chosen')
    await press('Take back')
    await expect.poll(() => day.field.get('part_line', part_line_id)).toMatchObject({ taken_back_reason: 'Wrong part chosen', taken_back_by: day.field.session.person_id, quantity: 2 })
    expect(await inVan()).toBe((before ?? 0) + 2)
    const now = await facts()
    expect([now.lines, now.takenBack.map(({ id }) => id), now.oldParts]).toEqual([[], [part_line_id], []])
    expect(partsToFit(now)).toEqual([{ part_id: day.ids.part, quantity: 2 }])
    shown.app.unmount()
    shown = await show(PartsStep, { facts: now }, day.field)
    await expect.poll(() => shown?.page.querySelector('s')).not.toBeNull()
    expect(shown.text()).toContain('Taken back: Wrong part chosen')
    expect(shown.text()).not.toContain('Mistake')
  })

  test('is not in the report, and nobody takes it back twice', async () => {
    const back = { part_line_id, visit_id: visit, order_id: day.ids.order }
    await day.field.act('visit.take_back_part', { ...back, stock_move_id: newId(), reason: '件号错' })
    await day.field.act('visit.take_back_part', { ...back, stock_move_id: newId(), reason: '再说一次' })
    expect(await day.field.get('part_line', part_line_id)).toMatchObject({ taken_back_reason: '件号错' })
    expect(await day.field.by('stock_move', 'part_line_id', part_line_id)).toHaveLength(2)
    await answer(day, visit)
    const report = await day.field.get('report', await presentReport(day.field, (await facts()).visit))
    expect(report?.content).toMatchObject({ parts: [] })
  })
})

test('whoever shows the report has stopped working: no clock runs on', async () => {
  await answer(day, visit)
  day.server.weather = () => 'lost' // no network: both stamps by one clock
  await day.field.act('visit.start_work', { visit_id: visit, order_id: day.ids.order, stamp_id: newId() })
  const report = await day.field.get('report', await presentReport(day.field, (await facts()).visit))
  expect(report?.content).toMatchObject({ labour: { spans: [{ stop: expect.any(String) as string }] } })
})

test('a tap on a topic writes down who was shown', async () => {
  shown = await show(TrainingStep, { facts: await facts() }, day.field)
  await press('Daily maintenance')
  await expect.poll(() => day.field.by('training', 'order_id', day.ids.order)).toMatchObject([{ topic: 'Daily maintenance', person: '周建国', confirmed: true }])
})

describe('a training tapped by mistake', () => {
  const trainings = (): Promise<unknown[]> => day.field.by('training', 'order_id', day.ids.order)
  const taught = async (): Promise<string> => {
    const training_id = newId()
    await day.field.act('visit.train_customer', { training_id, visit_id: visit, order_id: day.ids.order, topic: 'Daily maintenance', person: '周建国', confirmed: true })
    return training_id
  }

  test('is taken back by one tap without a network, stays struck through, and may be tapped again', async () => {
    day.server.weather = () => 'lost'
    await taught()
    shown = await show(TrainingStep, { facts: await facts() }, day.field)
    await press('Mistake')
    await expect.poll(trainings).toMatchObject([{ topic: 'Daily maintenance', taken_back_by: day.field.session.person_id }])
    const now = await facts()
    expect([now.trainings, now.untrained.length]).toEqual([[], 1])
    shown.app.unmount()
    shown = await show(TrainingStep, { facts: now }, day.field)
    expect(shown.page.querySelector('s')?.textContent).toBe('Daily maintenance')
    await press('Daily maintenance')
    await expect.poll(trainings).toHaveLength(2)
  })

  test('is not in the report; taken back after the signature it is a change since', async () => {
    day.server.weather = () => 'lost'
    const [wrong, right] = [await taught(), await taught()]
    const back = { visit_id: visit, order_id: day.ids.order }
    await day.field.act('visit.take_back_training', { ...back, training_id: wrong })
    await answer(day, visit)
    const report = await day.field.get('report', await presentReport(day.field, (await facts()).visit))
    const content = report?.content as { training: unknown[] }
    expect(content.training).toMatchObject([{ topic: 'Daily maintenance' }])
    expect(stepsOtherThan(report?.content ?? null, await facts())).toEqual([])
    await day.field.act('visit.take_back_training', { ...back, training_id: right })
    expect(stepsOtherThan(report?.content ?? null, await facts())).toEqual(['training'])
  })
})

test('whoever leaves reads what is to be taken along: the old parts by their tags', async () => {
  const ids = { visit_id: visit, order_id: day.ids.order, part_id: day.ids.part, quantity: 1 }
  const part_line_id = newId()
  await day.field.act('visit.use_part', { ...ids, part_line_id, stock_move_id: newId() })
  await day.field.act('visit.tag_old_part', { ...ids, part_line_id, old_part_return_id: newId(), tag: 'A7-P0001' })
  shown = await show(Leave, { visit }, day.field)
  await expect.poll(() => shown?.text()).toMatch(/Old parts to take ?A7-P0001/)
})

describe('settling', () => {
  async function presented(): Promise<void> {
    await answer(day, visit)
    const ids = { visit_id: visit, order_id: day.ids.order }
    await day.field.act('visit.use_part', { ...ids, part_line_id: newId(), stock_move_id: newId(), part_id: day.ids.part, quantity: 1 })
    await presentReport(day.field, (await facts()).visit)
  }

  test('is skipped where nothing is to be paid', async () => {
    await presented()
    shown = await show(Leave, { visit }, day.field)
    await expect.poll(() => shown?.text()).toContain('Leave')
    expect(shown.text()).not.toContain('Record payment')
  })

  test('says what is due under the basis of the report', async () => {
    await day.field.act('visit.decide_cover', { cover_decision_id: newId(), visit_id: visit, order_id: day.ids.order, basis: 'chargeable', reason: '人为损坏' })
    await presented()
    shown = await show(Leave, { visit }, day.field)
    await expect.poll(() => shown?.text()).toContain('1,280.50')
    expect(shown.text()).toContain('Chargeable')
  })
})

test('money is read as whole fen, and what is no amount is none', () => {
  expect(['1389', '1389.5', '1,389.05', '0', '0.01'].map(fenOf)).toEqual([138900, 138950, 138905, 0, 1])
  expect(['', '1.234', '-1', 'x', '1.'].map(fenOf)).toEqual([null, null, null, null, null])
  expect([0, 1, 10, 128050].map(yuanOf)).toEqual(['0.00', '0.01', '0.10', '1280.50'])
  expect([dueOf(0, 0), dueOf(1, 0), dueOf(null, 0), dueOf(100, 1)]).toEqual([0, 1, 0, 0])
})
