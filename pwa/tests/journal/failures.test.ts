import Dexie from 'dexie'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { surviving } from '@/journal/failures'

const LOST = new Error('Connection to Indexed Database server lost. Refresh the page to try again')
let database: Dexie
let opened: number

beforeEach(async () => {
  database = new Dexie('failures')
  database.version(1).stores({ facts: 'key' })
  opened = 0
  database.on('ready', () => void (opened += 1), true)
  await database.open()
})
afterEach(() => database.delete())

test('work whose connection was lost is run once more over a new one', async () => {
  let runs = 0
  const answer = await surviving(database, async () => {
    runs += 1
    if (runs === 1) throw LOST
    return await database.table('facts').count()
  })
  expect([answer, runs, opened]).toEqual([0, 2, 2])
})

test('a part of a transaction is run again with the whole of it, never by itself', async () => {
  const runs = { whole: 0, part: 0 }
  const answer = await surviving(database, () => {
    runs.whole += 1
    return database.transaction('r', database.table('facts'), () =>
      surviving(database, async () => {
        runs.part += 1
        if (runs.part === 1) throw LOST
        return await database.table('facts').count()
      }),
    )
  })
  expect([answer, runs, opened]).toEqual([0, { whole: 2, part: 2 }, 2])
})
