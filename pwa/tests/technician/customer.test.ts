import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { newId } from '@/protocol/ids'
import Dispute from '@/technician/customer/Dispute.vue'
import type { Signing } from '@/technician/customer/draft'
import { handBack, handOver } from '@/technician/customer/handing'
import HoldButton from '@/technician/customer/HoldButton.vue'
import Rate from '@/technician/customer/Rate.vue'
import { ratingOf } from '@/technician/customer/rating'
import { isAnswerable, readReport, type ReportWhole } from '@/technician/customer/report'
import { boxOf, fitted, groupsOf, strokesOf } from '@/ui/signature/strokes'
import Unsigned from '@/technician/customer/Unsigned.vue'
import { presentReport } from '@/technician/visit/finish/reporting'
import { answer, arrive, beginDay, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

let day: Day
let visit: string
let report: string
let shown: Shown | undefined

beforeEach(async () => {
  day = await beginDay()
  visit = await arrive(day)
  await answer(day, visit)
  const record = await day.field.get('visit', visit)
  report = await presentReport(day.field, record!)
})
afterEach(async () => {
  shown?.app.unmount()
  shown = undefined
  await day.end()
})

const whole = async (): Promise<ReportWhole> => (await readReport(day.field, report)) as ReportWhole

describe('a hand’s strokes', () => {
  const point = (x: number, y: number): { x: number; y: number; pressure: number; time: number } => ({ x, y, pressure: 0.7, time: 99 })

  test('are whole numbers without pressure and time', () => {
    expect(strokesOf([{ points: [point(1.4, 2.6), point(3, 4)] }])).toEqual([[1, 3, 3, 4]])
  })

  test('stay within what the command takes', () => {
    const long = Array.from({ length: 3000 }, (_, at) => point(at, at))
    const strokes = strokesOf(Array.from({ length: 500 }, () => ({ points: long })))
    expect(strokes).toHaveLength(400)
    expect(strokes[0]).toHaveLength(4000)
  })

  test('come back as the pad drew them', () => {
    const strokes = [[1, 2, 3, 4]]
    expect(strokesOf(groupsOf(strokes, '#111111'))).toEqual(strokes)
  })

  test('fill the picture, uncut and not stretched out of shape', () => {
    const strokes = [[100, 50, 200, 100], [150, 50, 150, 90]]
    expect(boxOf(strokes)).toEqual({ x: 100, y: 50, width: 100, height: 50 })
    const { width, height, strokes: drawn } = fitted(strokes)
    expect([width, height]).toEqual([224, 124])
    for (const value of drawn.flat()) expect(value).toBeGreaterThanOrEqual(12)
  })
})

describe('the phone in the customer’s hand', () => {
  test('stays theirs until the engineer takes it back, also after a restart', async () => {
    expect(await handOver(day.field, report)).toBe(true)
    const { hash } = (await whole()).report
    await day.field.act('signoff.sign', { signature_id: newId(), report_id: report, order_id: day.ids.order, report_hash: hash, method: 'finger', signer_name: '周建国', image: 'data:,', strokes: [[1, 2]] })
    expect(await handOver(await day.reopen(), report)).toBe(true)
    await handBack(day.field)
    expect(await handOver(day.field, report)).toBe(false)
  })

  test('goes back by a button that is held, not by a tap', async () => {
    const held = vi.fn()
    shown = await show(HoldButton, { onHeld: held }, day.field)
    const button = shown.find<HTMLButtonElement>('button')
    const touch = (kind: string, timeStamp: number): void => {
      const event = new Event(kind)
      Object.defineProperty(event, 'timeStamp', { value: timeStamp })
      button.dispatchEvent(event)
    }
    touch('pointerdown', 0)
    touch('pointerup', 100)
    expect(held).not.toHaveBeenCalled()
    touch('pointerdown', 1000)
    touch('pointerup', 2000)
    expect(held).toHaveBeenCalledTimes(1)
  })
})

describe('the customer’s answer', () => {
  /** The key of an installation, as a phone learns it. */
  async function learnKey(): Promise<void> {
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
    const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))
    await day.field.journal.setFact('sealing_key', [...point].map((byte) => byte.toString(16).padStart(2, '0')).join(''))
  }

  test('is kept while it is given: a rating survives a killed page', async () => {
    shown = await show(Rate, { report }, day.field)
    await expect.poll(() => shown?.page.querySelector('input[type=radio]')).not.toBeNull()
    shown.find<HTMLInputElement>('input[value="4"]').click()
    await expect.poll(() => day.field.journal.fact(`draft:signing:${report}`)).toMatchObject({ rating: 4 })
    shown.app.unmount()
    shown = await show(Rate, { report }, await day.reopen())
    await expect.poll(() => shown?.page.querySelector<HTMLInputElement>('input[value="4"]')?.checked).toBe(true)
  })

  test('is closed to the installation as soon as it is given: nothing on the phone tells it any more', async () => {
    await learnKey()
    shown = await show(Rate, { report }, day.field)
    await expect.poll(() => shown?.page.querySelector('input[type=radio]')).not.toBeNull()
    shown.find<HTMLInputElement>('input[value="2"]').click()
    type(shown.find<HTMLTextAreaElement>('textarea'), '太慢')
    await shown.tap('footer .on-button--main')
    await expect.poll(() => shown?.router.currentRoute.value.name).toBe('sign')
    const kept = await day.field.journal.fact<Signing>(`draft:signing:${report}`)
    expect(kept).toMatchObject({ rating: null, comment: '' })
    expect(kept?.sealed?.split('.')).toHaveLength(3)
    expect(ratingOf(kept!)).toEqual({ rating: null, comment: null, sealed_rating: kept?.sealed })
    shown.app.unmount()
    shown = await show(Rate, { report }, await day.reopen())
    await expect.poll(() => shown?.text()).toContain('Your rating is sealed')
    expect(shown.page.querySelector('input')).toBeNull()
  })

  test('may be an objection, in their own words', async () => {
    shown = await show(Dispute, { report }, day.field)
    type(shown.find<HTMLTextAreaElement>('textarea'), '仍有异响')
    await expect.poll(() => shown?.find<HTMLButtonElement>('footer .on-button--main').disabled).toBe(false)
    await shown.tap('footer .on-button--main')
    await expect.poll(async () => (await whole()).dispute?.reason).toBe('仍有异响')
    expect(isAnswerable(await whole())).toBe(false)
    await expect.poll(() => shown?.router.currentRoute.value.name).toBe('visit')
  })

  test('may be none: with a reason and who saw it', async () => {
    shown = await show(Unsigned, { report }, day.field)
    await expect.poll(() => shown?.page.querySelector('input[value=refused]')).not.toBeNull()
    shown.find<HTMLInputElement>('input[value=refused]').click()
    type(shown.find<HTMLInputElement>('input.t-input'), '保安老李')
    await expect.poll(() => shown?.find<HTMLButtonElement>('footer .on-button--main').disabled).toBe(false)
    await shown.tap('footer .on-button--main')
    await expect.poll(async () => (await whole()).unsigned).toMatchObject({ reason: 'refused', witness: '保安老李' })
    expect((await whole()).report.status).toBe('unsigned')
  })

  test('is asked for once: after a signature nothing more can be answered', async () => {
    const { hash } = (await whole()).report
    await day.field.act('signoff.sign', { signature_id: newId(), report_id: report, order_id: day.ids.order, report_hash: hash, method: 'finger', signer_name: '周建国', image: 'data:,', strokes: [[1, 2]], rating: 5 })
    expect(isAnswerable(await whole())).toBe(false)
    expect((await whole()).signature).toMatchObject({ signer_name: '周建国', rating: 5, report_hash: hash })
  })
})
