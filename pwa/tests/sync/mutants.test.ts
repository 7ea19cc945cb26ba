/**
 * The phone's own code, broken on purpose in one small way at a time: a short day with faults must find each.
 * Whatever is not broken here is what runs on phones.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type * as Receipts from '@/journal/receipts'
import type * as Pages from '@/store/pages'
import { Journal } from '@/journal/journal'
import { newId } from '@/protocol/ids'
import { hashOf, sha256Hex } from '@/rules/canonical'
import { KINDS } from '@/rules/tables'
import { Store } from '@/store/store'
import { BatchSize } from '@/sync/batch'
import { DeviceClock } from '@/sync/clock'
import { round, type Ports } from '@/sync/round'
import { moment, note, orderData, photoBytes } from '../helpers'
import { SmallServer, type Weather } from './server'

const FAULTS = [
  'takes everything for durable upon any answer',
  'takes photos for stored upon any answer',
  'deletes what no backup holds',
  'shows work as arrived before it is',
  'believes no verdict and sends for ever',
  'hands nothing in again after a restore',
  'keeps the cursor of a page and loses the page',
  'applies a page to a copy that has moved on',
  'purges before it is drained',
] as const

const broken = vi.hoisted(() => ({ by: '' }))

vi.mock('@/journal/receipts', async (load) => {
  const real = await load<typeof Receipts>()
  const isBroken = (fault: (typeof FAULTS)[number]): boolean => broken.by === fault
  return {
    ...real,
    settle: async (journal: Journal, given: Receipts.JournalAnswer) => {
      let answer = given
      if (isBroken('believes no verdict and sends for ever')) answer = { ...given, verdicts: [], receipt: { ...given.receipt, through: 0 } }
      if (isBroken('hands nothing in again after a restore') && given.state !== null)
        answer = { ...given, restored: false, checkpoint: 'one', state: { ...given.state, head: Number.MAX_SAFE_INTEGER } }
      const forgot = await real.settle(journal, answer)
      const { entries, photos } = journal.database
      if (isBroken('takes everything for durable upon any answer')) await entries.toCollection().modify({ durable: 1 })
      if (isBroken('takes photos for stored upon any answer')) await photos.toCollection().modify({ stored: 1 })
      return forgot
    },
    leaveOverlay: (journal: Journal, reached: (position: number) => boolean) =>
      real.leaveOverlay(journal, isBroken('shows work as arrived before it is') ? () => true : reached),
    prune: (...[journal, id, receipt, state]: Parameters<typeof real.prune>) =>
      real.prune(journal, id, isBroken('deletes what no backup holds') ? { ...receipt, backed_up_through: receipt.through } : receipt, state),
  } satisfies typeof Receipts
})

vi.mock('@/store/pages', async (load) => {
  const real = await load<typeof Pages>()
  return {
    ...real,
    applyPage: async (database, page) => {
      if (broken.by === 'keeps the cursor of a page and loses the page') return real.applyPage(database, { ...page, changes: [] })
      if (broken.by !== 'applies a page to a copy that has moved on') {
        const applied = await real.applyPage(database, page)
        if (broken.by === 'purges before it is drained') await real.purgeLeaving(database)
        return applied
      }
      return real.applyPage(database, { ...page, sent: (await real.standingOf(database)).cursor })
    },
  } satisfies typeof Pages
})

const order = newId()
let server: SmallServer
let ports: Ports
/** All that was done, by id; what a server ever had; what a backup holds. */
let made: Map<string, string>
let had: Set<string>
let safe: Set<string>

beforeEach(() => {
  const person = newId()
  server = new SmallServer(`person:${person}`)
  server.put('order', order, orderData())
  const journal = new Journal(person)
  ports = { journal, store: new Store(journal), clock: new DeviceClock(), transport: server.transport, size: new BatchSize(), app: 'test', schema: hashOf(KINDS) }
  made = new Map()
  had = new Set()
  safe = new Set()
})
afterEach(async () => {
  broken.by = ''
  await ports.store.database.delete()
  await ports.journal.database.delete()
})

async function act(text: string, photo?: number): Promise<void> {
  const bytes = photoBytes(photo ?? 0)
  const file = { sha256: sha256Hex(new Uint8Array(bytes)), bytes, type: 'image/jpeg', photo_id: newId(), order_id: order }
  const { id } = await ports.journal.append(note(order, text), moment(), photo === undefined ? undefined : file)
  made.set(id, text)
}

/** What must be true at every moment. */
async function isHonest(): Promise<void> {
  for (const id of server.state.verdicts.keys()) had.add(id)
  const { entries, photos } = ports.journal.database
  const here = await entries.toArray()
  expect(here.filter(({ durable, id }) => durable === 1 && !had.has(id))).toEqual([])
  expect((await photos.toArray()).filter(({ stored, sha256 }) => stored === 1 && !server.state.photos.has(sha256))).toEqual([])
  const ids = new Set(here.map(({ id }) => id))
  expect([...made.keys()].filter((id) => !ids.has(id) && !safe.has(id))).toEqual([])
  if (server.scope.length === 0 && (await ports.journal.counts()).entries === 0) return // it may have been purged
  const view = await ports.store.get('order', order)
  const shown = new Set((view?.notes as { text: string }[] | undefined)?.map(({ text }) => text))
  if (view === undefined) expect(here.filter(({ durable }) => durable === 0 && server.scope.length === 0)).toEqual([])
  else expect([...made.values()].filter((text) => !shown.has(text))).toEqual([])
}

/** One round in some weather; while its request is under way, something is done. */
async function goes(weather: Weather, meanwhile: string): Promise<void> {
  let doing: Promise<void> | undefined
  server.weather = () => {
    doing ??= act(meanwhile)
    return weather
  }
  await round(ports)
  await doing
  server.weather = undefined
  await isHonest()
}

async function drained(): Promise<void> {
  for (let i = 0; i < 20 && !(await round(ports)).done; i++) await isHonest()
  expect(await ports.journal.counts()).toMatchObject({ entries: 0 })
  expect(await ports.journal.overlay()).toEqual([])
  const here = server.get('order', order)!['notes'] as { text: string }[]
  expect(here.map(({ text }) => text).sort()).toEqual([...made.values()].sort())
}

async function day(): Promise<void> {
  for (let i = 0; i < 2; i++) await round(ports)
  server.pageSize = 1 // news comes before what was done here
  for (const [at, weather] of (['fine', 'answer_lost', 'portal', 'fine', 'lost', 'fine'] as const).entries()) {
    for (let i = 0; i < 2; i++) server.put('part', newId(), { number: 'P' })
    await act(`${at}`, at)
    await goes(weather, `${at} meanwhile`)
  }
  server.pageSize = 500
  await drained()
  for (const { sha256 } of await ports.journal.database.photos.toArray()) server.state.photos.add(sha256) // they have gone up
  await drained()
  await round(ports)
  expect((await ports.journal.counts()).photos).toBe(0)
  const backup = server.keep()
  safe = new Set(backup.verdicts.keys())
  await act('after the backup')
  await drained()
  await twoTabs()
  server.restore(backup)
  await act('after the restore')
  for (let i = 0; i < 4; i++) await round(ports)
  await drained()
  await leaves()
}

/** An answer comes when another tab has taken a later one. */
async function twoTabs(): Promise<void> {
  let go: () => void = () => undefined
  const waits = new Promise<void>((resolve) => (go = resolve))
  const slow: Ports = { ...ports, transport: { sync: (request) => server.transport.sync(request).then((answer) => waits.then(() => answer)) } }
  server.requests = []
  const late = round(slow)
  await expect.poll(() => server.requests.length).toBeGreaterThan(0)
  server.put('part', 'p', { number: 'P' })
  await drained()
  const { cursor } = await ports.store.standing()
  go()
  await late
  expect((await ports.store.standing()).cursor).toBe(cursor)
  expect((await ports.store.get('part', 'p'))?.number).toBe('P')
}

/** The order goes to somebody else while something about it is unsent. */
async function leaves(): Promise<void> {
  const { channel } = server
  server.scope = []
  let doing: Promise<void> | undefined
  server.weather = () => {
    doing ??= act('unsent too')
    return 'fine'
  }
  await round(ports)
  await doing
  server.weather = undefined
  expect(await ports.store.get('order', order)).toBeDefined()
  for (let i = 0; i < 3; i++) await round(ports)
  expect(await ports.store.get('order', order)).toBeUndefined()
  server.scope = [channel]
}

describe('a day with faults', () => {
  test('is lived through by the phone as it is', day, 20_000)

  test.each(FAULTS)('finds a phone that %s', async (fault) => {
    broken.by = fault
    await expect(day()).rejects.toThrow(/^(expected|deeply)/)
  }, 20_000)
})
