import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Store } from '@/store/store'
import { openWork, takeDay, type Work } from '@/technician/session/work'
import { beginDay, type Day } from '../support/day'
import { personOf } from '../support/screen'

const PLACE = 'place'

let day: Day
const opened: Work[] = []

beforeEach(async () => {
  day = await beginDay()
})

afterEach(async () => {
  for (const work of opened.splice(0)) await work.field.close()
  await day.end()
})

async function start(atDoor = true): Promise<Work> {
  const work = await openWork(personOf(day.field), atDoor)
  opened.push(work)
  return work
}

test('the app is started with the day as it stands, which its list shows once', async () => {
  const work = await start()
  expect(work.place).toBeUndefined()
  expect(takeDay(work)?.map(({ order }) => order.id)).toEqual([day.ids.order])
  expect(takeDay(work)).toBeUndefined() // later it would be old
})

test('in the middle of a visit it is started there, and not with the list', async () => {
  await day.field.journal.setFact(PLACE, { path: '/visit/one', at: Date.now() })
  const work = await start()
  expect(work.place).toBe('/visit/one')
  expect(takeDay(work)).toBeUndefined()
})

test('by the address of a screen it is started with that', async () => {
  await day.field.journal.setFact(PLACE, { path: '/visit/one', at: Date.now() })
  const work = await start(false)
  expect([work.place, takeDay(work)]).toEqual([undefined, undefined])
})

test('a day that cannot be read is left to the list, which tells why', async () => {
  const reading = vi.spyOn(Store.prototype, 'together').mockRejectedValue(new Error('no room'))
  try {
    expect(takeDay(await start())).toBeUndefined()
  } finally {
    reading.mockRestore()
  }
})
