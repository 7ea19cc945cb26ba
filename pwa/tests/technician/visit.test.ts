import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { newId } from '@/protocol/ids'
import type { Data } from '@/rules/tables'
import { hashOf } from '@/rules/canonical'
import { fixOf, takeFix } from '@/technician/visit/arrive/position'
import { listChecks } from '@/technician/visit/checks/checks'
import { listsInForce } from '@/rules/visitPlan'
import { limitsOf } from '@/technician/visit/readings/readings'
import { readVisit } from '@/technician/visit/facts'
import { hoursOf } from '@/technician/visit/fault/hours'
import { pathTo, searchFaults, treeOf, type Fault } from '@/technician/visit/fault/tree'
import Overview from '@/technician/visit/finish/Overview.vue'
import { presentReport } from '@/technician/visit/finish/reporting'
import { balanceOf, readParts, searchParts } from '@/technician/visit/parts/catalogue'
import { safetyOf } from '@/technician/visit/photos/safety'
import { firstOpen, missingSlots, otherSteps, phaseOf, shownSteps, stateOf, type VisitFacts } from '@/technician/visit/steps'
import { PAUSE_MS } from '@/technician/visit/saving'
import { phrasesOf, withPhrase } from '@/technician/visit/words/phrases'
import VisitStep from '@/technician/visit/VisitStep.vue'
import { answer, arrive, beginDay, orderOf, type Day } from '../support/day'
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
const picture = (first: number): Parameters<typeof day.field.keepPicture>[1] => ({
  bytes: Uint8Array.from([first, 2, 3]).buffer, media_type: 'image/jpeg', width: 4, height: 3, thumb: 'data:image/jpeg;base64,AA==',
})

describe('the questions of a visit', () => {
  test('are asked in turn until those that matter are answered', async () => {
    expect(firstOpen(await facts())).toBe('fault')
    await answer(day, visit)
    expect(firstOpen(await facts())).toBe('photos')
    for (const slot of ['fault', 'after'] as const) await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot }, picture(slot.length))
    expect(firstOpen(await facts())).toBeUndefined()
  })

  test('may stay unanswered where nobody needs them', async () => {
    expect(stateOf('hours', await facts())).toBe('optional')
    expect(stateOf('parts', await facts())).toBe('optional')
  })

  test('that nobody asks for stay out of sight, can be answered all the same, and are in sight then', async () => {
    expect(shownSteps(await facts())).toEqual(['fault', 'findings', 'work', 'photos'])
    expect(otherSteps(await facts())).toEqual(['unit', 'mode', 'hours', 'plan', 'checklist', 'test', 'work_report', 'training', 'parts'])
    await day.field.act('visit.record', { visit_id: visit, order_id: day.ids.order, changes: { running_hours: { was: null, now: 3400 } } })
    expect(shownSteps(await facts())).toEqual(['fault', 'hours', 'findings', 'work', 'photos'])
  })

  test('of the company come from the checklists that were in force on arrival, and stay as they were', async () => {
    const list = (more: Data): Data => ({
      code: 'hyd', name_zh: '液压检查', name_en: null, types: ['repair'], severities: [], models: [], version: 1, begins_at: '2026-11-01T00:00:00.000Z', ends_at: null,
      checks: [{ code: 'hoses', name_zh: '软管完好', name_en: 'Hoses in order' }], readings: [{ code: 'pump', name_zh: '主泵压力', name_en: null, measure: 'MPa', decimals: 1, min: 280, max: 315 }],
      ...more,
    })
    day.server.put('checklist', 'v1', list({}))
    await day.field.syncNow()
    visit = newId()
    await day.field.act('visit.check_in', { visit_id: visit, order_id: day.ids.order, arrival_method: 'manual', checklists: listsInForce(await day.field.all('checklist'), 'repair') })
    day.server.put('checklist', 'v1', list({ ends_at: '2026-11-21T05:00:00.000Z' }))
    day.server.put('checklist', 'v2', list({ version: 2, checks: [] }))
    await day.field.syncNow()
    expect(listsInForce(await day.field.all('checklist'), 'repair')).toEqual(['v2'])
    const { plan, lists, model } = await facts()
    expect(plan.checks).toEqual(['hoses'])
    expect(plan.needs).toEqual(['fault', 'findings', 'readings', 'checklist', 'work', 'photos'])
    expect(listChecks({ plan, lists }, (one) => one?.name_en ?? '', () => '')[0]).toMatchObject({ id: 'hoses', words: 'Hoses in order', names: { name_zh: '软管完好' } })
    expect(limitsOf(model, lists).map(({ code }) => code)).toEqual(['pump'])
  })

  test('are more where somebody was hurt', async () => {
    day.server.put('order', day.ids.order, orderOf(day.ids, day.person, { severity: 'l1' }))
    await day.field.syncNow()
    expect(shownSteps(await facts())).toEqual(['unit', 'fault', 'mode', 'hours', 'findings', 'work', 'test', 'photos'])
  })

  test('want every slot that this kind of order asks for', async () => {
    expect(missingSlots(await facts())).toEqual(['fault', 'after'])
    await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot: 'other' }, picture(7))
    await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot: 'after' }, picture(8))
    expect(missingSlots(await facts())).toEqual(['fault'])
    expect(stateOf('photos', await facts())).toBe('open')
  })
})

test('s15 a major failure, without a network: the work report is needed and the part has to come back', async () => {
  day.server.put('fault_code', day.ids.fault, { code: 'AC-COMP', parent_id: day.ids.group, name_zh: '压缩机损坏', name_en: 'Compressor failure', major: true })
  await day.field.syncNow()
  day.server.weather = () => 'lost'
  shown = await show(VisitStep, { visit, step: 'fault' }, day.field)
  await expect.poll(() => shown?.page.querySelector('input')).not.toBeNull()
  type((shown).find<HTMLInputElement>('input'), 'compressor')
  await expect.poll(() => shown?.page.querySelector('.faults .t-row')).not.toBeNull()
  await shown.tap('.faults .t-row')
  await expect.poll(async () => (await day.field.by('part_return', 'visit_id', visit)).length).toBe(1)
  expect(shownSteps(await facts())).toContain('work_report')
  expect(stateOf('work_report', await facts())).toBe('open')
  expect(missingSlots(await facts())).toContain('old_part')
})

describe('a text that is being written', () => {
  const stored = async (): Promise<string | null | undefined> => (await day.field.get('visit', visit))?.diagnosis
  const area = (): HTMLTextAreaElement => (shown as Shown).find<HTMLTextAreaElement>('textarea')

  /** However slow the machine is: what is written then was not written after a pause. */
  function noPauseEnds(): void {
    const real = globalThis.setTimeout
    vi.stubGlobal('setTimeout', (run: () => void, ms?: number) => (ms === PAUSE_MS ? undefined : real(run, ms)))
    onTestFinished(() => void vi.unstubAllGlobals())
  }

  beforeEach(async () => {
    day.server.weather = () => 'lost'
    shown = await show(VisitStep, { visit, step: 'findings' }, day.field)
    await expect.poll(() => shown?.page.querySelector('textarea')).not.toBeNull()
  })

  test('is in the journal a moment after the last key', async () => {
    type(area(), '油封磨')
    type(area(), '油封磨损')
    expect(await stored()).toBeNull()
    await expect.poll(stored).toBe('油封磨损')
    await expect.poll(() => shown?.text()).toContain('Kept on this phone')
    const edits = (await day.field.outbox()).filter(({ name }) => name === 'visit.record')
    expect(edits.map(({ args }) => args['changes'])).toEqual([{ diagnosis: { was: null, now: '油封磨损' } }])
  })

  test('is in the journal at once when the page is hidden: the last that a phone is sure to tell', async () => {
    noPauseEnds()
    type(area(), '一半的话')
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    document.dispatchEvent(new Event('visibilitychange'))
    vi.restoreAllMocks()
    await nextTick()
    await expect.poll(stored).toBe('一半的话')
  })

  test('is in the journal when the field or the screen is left', async () => {
    noPauseEnds()
    type(area(), '甲')
    area().dispatchEvent(new Event('blur'))
    await expect.poll(stored).toBe('甲')
    type(area(), '乙')
    shown?.app.unmount()
    shown = undefined
    await expect.poll(stored).toBe('乙')
  })

  test('names in each edit what the one before left', async () => {
    type(area(), '甲')
    area().dispatchEvent(new Event('blur'))
    await expect.poll(stored).toBe('甲')
    type(area(), '')
    area().dispatchEvent(new Event('blur'))
    const edits = async (): Promise<unknown[]> => (await day.field.outbox()).slice(-2).map(({ args }) => args['changes'])
    await expect.poll(edits).toEqual([{ diagnosis: { was: null, now: '甲' } }, { diagnosis: { was: '甲', now: null } }])
  })

  test('that could not be kept stays on the screen, says so, and is kept with the next try', async () => {
    const full = vi.spyOn(day.field, 'act').mockRejectedValueOnce(Object.assign(new Error('full'), { name: 'QuotaExceededError' }))
    type(area(), '油封磨损')
    area().dispatchEvent(new Event('blur'))
    await expect.poll(() => shown?.text()).toContain('The phone is full')
    expect(area().value).toBe('油封磨损')
    full.mockRestore()
    area().dispatchEvent(new Event('blur'))
    await expect.poll(stored).toBe('油封磨损')
  })

  test('takes a quick phrase by one tap', async () => {
    await shown?.tap('.t-chip')
    await expect.poll(stored).toBe('Fault confirmed in a trial run')
  })
})

describe('quick phrases', () => {
  test('join what is there as the language does, and never twice', () => {
    expect(withPhrase('', '无渗漏', 'zh-CN')).toBe('无渗漏')
    expect(withPhrase('已更换', '无渗漏', 'zh-CN')).toBe('已更换；无渗漏')
    expect(withPhrase('已更换。', '无渗漏', 'zh-CN')).toBe('已更换。无渗漏')
    expect(withPhrase('Replaced', 'No leak', 'en')).toBe('Replaced; No leak')
    expect(withPhrase('Replaced; No leak', 'No leak', 'en')).toBe('Replaced; No leak')
  })

  test('stand one a line', () => {
    expect(phrasesOf('甲\n 乙 \n\n')).toEqual(['甲', '乙'])
  })
})

describe('the tree of fault codes', () => {
  const code = (id: string, parent_id: string | null, text: string, name_zh: string, name_en: string): Fault => ({ id, parent_id, code: text, name_zh, name_en, major: null, $pending: false })
  const tree = treeOf([
    code('pump-leak', 'pump', 'HYD-PUMP-LEAK', '主泵渗漏', 'Main pump leak'),
    code('pump', 'hyd', 'HYD-PUMP', '主泵', 'Main pump'),
    code('hyd', null, 'HYD', '液压系统', 'Hydraulics'),
    code('lost', 'gone', 'X', '其他', 'Other'),
  ])

  test('is found in both languages, by code, and by what a code is under', () => {
    const hits = (question: string): string[] => searchFaults(tree, question).map(({ id }) => id)
    expect(hits('渗漏')).toEqual(['pump-leak'])
    expect(hits('pump LEAK')).toEqual(['pump-leak'])
    expect(hits('液压 leak')).toEqual(['pump-leak'])
    expect(hits('main pump')).toEqual(['pump-leak', 'pump'])
    expect(hits('')).toEqual([])
  })

  test('shows a code whose parent has not come yet at the top', () => {
    expect(tree.children.get(null)?.map(({ id }) => id)).toEqual(['hyd', 'lost'])
    expect(pathTo(tree, 'pump-leak').map(({ id }) => id)).toEqual(['hyd', 'pump', 'pump-leak'])
  })

  test('is walked to a code that is recorded at once', async () => {
    shown = await show(VisitStep, { visit, step: 'fault' }, day.field)
    await expect.poll(() => shown?.page.querySelector('.fault .t-row')).not.toBeNull()
    await shown.tap('.fault .t-row')
    await expect.poll(() => shown?.text()).toContain('Cylinder leak')
    await shown.tap('.fault .t-row')
    await expect.poll(async () => (await day.field.get('visit', visit))?.fault_code_id).toBe(day.ids.fault)
  })
})

test('the hour meter takes whole numbers and nothing else', () => {
  expect(hoursOf(' 3412 ')).toBe(3412)
  for (const wrong of ['', '12.5', '-3', '1e3', '12345678', 'abc', null]) expect(hoursOf(wrong)).toBeNull()
})

describe('a position', () => {
  test('is kept as whole numbers', () => {
    expect(fixOf({ latitude: 39.87654321, longitude: -111.2345678, accuracy: 12.4 })).toEqual({ lat_e7: 398765432, lng_e7: -1112345678, accuracy_m: 12 })
  })

  test('that nobody allows is no error', async () => {
    const refuse = (_: unknown, fail: (error: { code: number }) => void): void => fail({ code: 1 })
    Object.defineProperty(navigator, 'geolocation', { configurable: true, value: { getCurrentPosition: refuse } })
    expect(await takeFix()).toBe('denied')
    Reflect.deleteProperty(navigator, 'geolocation')
    expect(await takeFix()).toBe('unavailable')
  })
})

describe('parts', () => {
  const use = (quantity: number): Promise<unknown> =>
    day.field.act('visit.use_part', { part_line_id: newId(), stock_move_id: newId(), visit_id: visit, order_id: day.ids.order, part_id: day.ids.part, quantity })

  test('leave the van at once, with or without a network', async () => {
    day.server.weather = () => 'lost'
    await use(2)
    const [one] = await readParts(day.field, day.ids.model)
    expect(one?.quantity).toBe(1)
  })

  test('are never refused: a count below zero is shown as it is', async () => {
    day.server.weather = () => 'lost'
    await use(5)
    expect((await readParts(day.field, day.ids.model))[0]?.quantity).toBe(-2)
    expect(balanceOf('x', 1, [{ part_id: 'x', quantity: -3 }, { part_id: 'y', quantity: -9 }])).toBe(-2)
  })

  test('that fit this model come first, others only when asked for', async () => {
    day.server.put('part', newId(), { number: '1', name_zh: '履带', name_en: 'Track', measure: '条', models: [newId()], serialised: false })
    await day.field.syncNow()
    const parts = await readParts(day.field, day.ids.model)
    const names = (question: string, all: boolean): string[] => searchParts(parts, question, all).map(({ part }) => part.name_zh)
    expect(names('', false)).toEqual(['密封组件'])
    expect(names('', true)).toEqual(['密封组件', '履带'])
    expect(names('seal KIT', false)).toEqual(['密封组件'])
    expect(names('track', false)).toEqual([])
  })
})

describe('photos', () => {
  test('are safe only when the server has named the file', async () => {
    await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot: 'fault' }, picture(1))
    const count = async (): Promise<object> => safetyOf(day.field, await day.field.by('photo', 'visit_id', visit))
    await day.field.syncNow()
    expect(await count()).toMatchObject({ n: 0, m: 1 })
    const [photo] = await day.field.by('photo', 'visit_id', visit)
    day.server.state.photos.add((photo as { sha256: string }).sha256)
    await day.field.act('order.write_note', { order_id: day.ids.order, note_id: newId(), text: '甲' })
    await day.field.syncNow()
    expect(await count()).toMatchObject({ n: 1, m: 1 })
  })
})

describe('the report', () => {
  const present = async (): Promise<string> => presentReport(day.field, (await facts()).visit)
  beforeEach(() => answer(day, visit))

  test('is sealed on the phone: its hash is that of its content', async () => {
    const report = await day.field.get('report', await present())
    expect(report).toMatchObject({ provisional_number: 'A7-0001', round: 1, status: 'presented' })
    expect(hashOf(report?.content)).toBe(report?.hash)
    expect(report?.content).toMatchObject({ fault: { code: 'HYD-LEAK' }, visit: { work_done: '更换油封' }, entitlement: { basis: 'warranty' } })
    expect((await day.field.get('order', day.ids.order))?.status).toBe('presented')
  })

  test('is the same one as long as nothing in it changed', async () => {
    const first = await present()
    expect(await present()).toBe(first)
    await day.field.act('visit.record', { visit_id: visit, order_id: day.ids.order, changes: { test_result: { was: null, now: '正常' } } })
    const second = await present()
    expect(second).not.toBe(first)
    expect(await day.field.get('report', second)).toMatchObject({ round: 2, provisional_number: 'A7-0001' })
  })

  test('that the customer objected to is presented anew', async () => {
    const first = await present()
    await day.field.act('signoff.dispute', { dispute_id: newId(), report_id: first, order_id: day.ids.order, reason: '仍有异响' })
    expect(phaseOf(await facts())).toBe('disputed')
    expect(await present()).not.toBe(first)
    expect(phaseOf(await facts())).toBe('presented')
  })

  test('that the customer objected to leaves every way out open, and what was taken along is said', async () => {
    const here = { visit_id: visit, order_id: day.ids.order }
    await day.field.act('signoff.dispute', { dispute_id: newId(), report_id: await present(), order_id: day.ids.order, reason: '仍有异响' })
    await day.field.act('visit.take_to_bench', { ...here, hand_over_id: newId(), what: '液压主泵', condition: '完好', given_by: '周建国', image: 'data:,', strokes: [[1, 2]] })
    shown = await show(Overview, { visit }, day.field)
    await expect.poll(() => shown?.text()).toContain('Taken to the bench, given by 周建国: 液压主泵')
    expect(shown.text()).toContain('Ask for help')
  })

  test('closes the questions once it is signed', async () => {
    const report_id = await present()
    const hash = (await day.field.get('report', report_id))?.hash ?? ''
    await day.field.act('signoff.sign', { signature_id: newId(), report_id, order_id: day.ids.order, report_hash: hash, method: 'finger', signer_name: '周建国', image: 'data:,', strokes: [[1, 2]] })
    shown = await show(VisitStep, { visit, step: 'work' }, day.field)
    await expect.poll(() => shown?.text()).toContain('The report is signed')
    expect(shown.page.querySelector('textarea')).toBeNull()
  })
})

test('an order that is cancelled in the middle of the work says that nothing is lost, and lets the work go on', async () => {
  shown = await show(Overview, { visit }, day.field)
  day.server.put('order', day.ids.order, orderOf(day.ids, day.person, { status: 'cancelled', cancel_reason: '重复报修' }))
  await day.field.syncNow()
  await expect.poll(() => shown?.text()).toContain('The office cancelled this order. 重复报修 What you did is kept')
  expect(shown.find('footer .on-button--main').textContent).toContain('Next: Fault code')
})
