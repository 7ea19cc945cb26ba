import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import PhotoThumb from '@/technician/visit/photos/PhotoThumb.vue'
import { arrive, beginDay, type Day } from '../support/day'
import { show, type, type Shown } from '../support/screen'

let day: Day
let visit: string
let shown: Shown

beforeEach(async () => {
  day = await beginDay()
  visit = await arrive(day)
  const picture = { bytes: Uint8Array.from([1, 2, 3]).buffer, media_type: 'image/jpeg', width: 400, height: 300, thumb: 'data:image/jpeg;base64,AA==' } as const
  await day.field.keepPicture({ order_id: day.ids.order, visit_id: visit, slot: 'fault' }, picture)
  // A picture of 400 × 300 in a box of the same shape.
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, 400, 300))
  HTMLElement.prototype.setPointerCapture = () => undefined
  const [photo] = await day.field.by('photo', 'visit_id', visit)
  shown = await show(PhotoThumb, { photo, safe: false, markable: true }, day.field)
  shown.page.querySelector<HTMLElement>('.thumb')?.click()
  await expect.poll(() => shown.page.querySelector('.tools')).not.toBeNull()
})
afterEach(async () => {
  shown.app.unmount()
  vi.restoreAllMocks()
  await day.end()
})

const marks = async (): Promise<unknown> => (await day.field.by('photo', 'visit_id', visit))[0]?.marks
const tool = (word: string): void => [...shown.page.querySelectorAll<HTMLElement>('.tools button')].find((one) => one.textContent.includes(word))?.click()

async function touch(kind: string, x: number, y: number): Promise<void> {
  shown.page.querySelector('.whole')?.dispatchEvent(new PointerEvent(`pointer${kind}`, { clientX: x, clientY: y, bubbles: true }))
  await flushPromises()
}

describe('a photo is marked', () => {
  test('by a finger that circles a place: beside the file, which stays as it was', async () => {
    const before = (await day.field.by('photo', 'visit_id', visit))[0]?.sha256
    tool('Circle')
    await flushPromises()
    await touch('down', 100, 60)
    await touch('move', 200, 180)
    await touch('up', 200, 180)
    await expect.poll(marks).toEqual([expect.objectContaining({ shape: 'ring', x: 3750, y: 4000, rx: 1250, ry: 2000 })])
    expect((await day.field.by('photo', 'visit_id', visit))[0]?.sha256).toBe(before)
    tool('Undo')
    await expect.poll(marks).toEqual([])
  })

  test('by words that stand where the finger was', async () => {
    tool('Words')
    await flushPromises()
    type(shown.page.querySelector('.t-input') as HTMLInputElement, '渗油')
    await touch('down', 200, 150)
    await expect.poll(marks).toEqual([expect.objectContaining({ shape: 'text', x: 5000, y: 5000, text: '渗油' })])
  })
})
