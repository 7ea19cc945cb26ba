/** The serial that is read later: the nameplate is photographed, and its photo read on the phone when there is time. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { View } from '@/store/store'
import { presentReport } from '@/technician/visit/finish/reporting'
import Leave from '@/technician/visit/finish/Leave.vue'
import Overview from '@/technician/visit/finish/Overview.vue'
import { readVisit } from '@/technician/visit/facts'
import Outbox from '@/technician/outbox/Outbox.vue'
import { isComplete, stateOf, type VisitFacts } from '@/technician/visit/steps'
import { leaveForLater, unreadVisits } from '@/technician/visit/unit/later'
import ReadSerial from '@/technician/visit/unit/ReadSerial.vue'
import VisitStep from '@/technician/visit/VisitStep.vue'
import { answer, arrive, beginDay, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

let day: Day
let visit: string
let shown: Shown | undefined

beforeEach(async () => {
  day = await beginDay()
  visit = await arrive(day)
  day.server.weather = () => 'lost'
})
afterEach(async () => {
  shown?.app.unmount()
  shown = undefined
  await day.end()
})

const facts = async (): Promise<VisitFacts> => (await readVisit(day.field, visit)) as VisitFacts
const recorded = async (): Promise<View<'visit'> | undefined> => day.field.get('visit', visit)

/** The nameplate's photo is on the phone; its id. */
async function photographed(): Promise<string> {
  const file = { bytes: Uint8Array.from([9, 2, 3]).buffer, media_type: 'image/jpeg' as const, width: 4, height: 3, thumb: 'data:image/jpeg;base64,AA==' }
  const { args } = await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot: 'nameplate' }, file)
  return args['photo_id'] as string
}

async function leftForLater(): Promise<void> {
  await leaveForLater(day.field, (await facts()).visit, await photographed())
}

async function asked(): Promise<HTMLInputElement> {
  await expect.poll(() => shown?.page.querySelector('.t-field input')).not.toBeNull()
  return shown!.find<HTMLInputElement>('.t-field input')
}

test('where the plate can’t be read, its photo will do, and the visit goes on', async () => {
  const photo = await photographed()
  shown = await show(VisitStep, { visit, step: 'unit' }, day.field)
  await expect.poll(() => shown?.page.querySelector('.later')).not.toBeNull()
  await shown.tap('.later')
  await expect.poll(async () => (await recorded())?.serial_photo_id).toBe(photo)
  await expect.poll(() => shown?.text()).toContain('still to be read from the nameplate photo')
})

test('it is in sight as open, and neither the report nor the signature waits for it', async () => {
  await answer(day, visit)
  for (const slot of ['fault', 'after'] as const)
    await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot }, { bytes: Uint8Array.from([slot.length]).buffer, media_type: 'image/jpeg', width: 4, height: 3, thumb: 'data:,' })
  await leftForLater()
  expect(stateOf('unit', await facts())).toBe('later')
  expect(isComplete(await facts())).toBe(true)
  shown = await show(Overview, { visit }, day.field)
  await expect.poll(() => shown?.text()).toContain('to be read from the nameplate photo')
  expect(await presentReport(day.field, (await facts()).visit)).not.toBe('')
})

test('the summary and the end of the day say that it is still to be read', async () => {
  await leftForLater()
  for (const [screen, props] of [[Leave, { visit }], [Outbox, {}]] as const) {
    shown = await show(screen, props, day.field)
    await expect.poll(() => shown?.page.querySelector('a[href*="read_serial"]')).not.toBeNull()
    shown.app.unmount()
  }
  shown = undefined
})

test('it is read from the photo after the visit was left, and held against the order', async () => {
  await leftForLater()
  await day.field.act('visit.leave', { visit_id: visit, order_id: day.ids.order, outcome: 'done' })
  shown = await show(ReadSerial, { visit }, day.field)
  type(await asked(), 'sy365 0412')
  await expect.poll(recorded).toMatchObject({ scanned_serial: 'sy365 0412', serial_differs: false })
  await expect.poll(() => shown?.text()).toContain('The same as on the order')
  expect(await unreadVisits(day.field, day.person)).toEqual([])
})

test('another machine’s serial leads to registering it, for the office to put together', async () => {
  await leftForLater()
  shown = await show(ReadSerial, { visit }, day.field)
  type(await asked(), 'SY365-9999')
  await expect.poll(recorded).toMatchObject({ scanned_serial: 'SY365-9999', serial_differs: true })
  await expect.poll(() => shown?.page.querySelector('a[href*="machine"]')).not.toBeNull()
})

test('the photo grows by a tap, for eyes without glasses', async () => {
  await leftForLater()
  shown = await show(ReadSerial, { visit }, day.field)
  await expect.poll(() => shown?.page.querySelector('[aria-label="Larger"]')).not.toBeNull()
  await shown.tap('[aria-label="Larger"]')
  expect(shown.find<HTMLImageElement>('.eye img').style.width).toBe('160%')
})
