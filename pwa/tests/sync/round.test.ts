import { readSync } from '@/protocol/envelope'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal } from '@/journal/journal'
import { newId } from '@/protocol/ids'
import type { Verdict } from '@/protocol/messages'
import { hashOf, sha256Hex } from '@/rules/canonical'
import { GENESIS } from '@/rules/journal'
import { KINDS } from '@/rules/tables'
import { rewrite, type StoredRecord } from '@/store/boxes'
import { Store } from '@/store/store'
import { BatchSize } from '@/sync/batch'
import { DeviceClock } from '@/sync/clock'
import { healthOf } from '@/sync/health'
import { round, type Outcome, type Ports } from '@/sync/round'
import { checkIn, moment, note, orderData, photoBytes, record } from '../helpers'
import { SmallServer, type Weather } from './server'

let server: SmallServer
let ports: Ports
const order = newId()
const visit = newId()

function phone(person: string): Ports {
  const journal = new Journal(person)
  const store = new Store(journal)
  const clock = new DeviceClock()
  return { journal, store, clock, transport: server.transport, size: new BatchSize(), app: 'test', schema: hashOf(KINDS) }
}

beforeEach(() => {
  const person = newId()
  server = new SmallServer(`person:${person}`)
  server.put('order', order, orderData())
  ports = phone(person)
})
afterEach(async () => {
  await ports.store.database.delete()
  await ports.journal.database.delete()
})

/** Rounds until the phone has nothing more to do, through any weather. */
async function drain(most = 100): Promise<Outcome> {
  let outcome: Outcome = { done: false, why: 'more' }
  for (let i = 0; i < most && !outcome.done; i++) outcome = await round(ports)
  return outcome
}

/** What a killed browser leaves behind. */
function killed(): void {
  ports.journal.close()
  ports.store.close()
  ports = phone(ports.journal.person)
}

const act = (draft: Parameters<Journal['append']>[0]): ReturnType<Journal['append']> => ports.journal.append(draft, moment())
const notes = (): unknown[] => server.get('order', order)?.['notes'] as unknown[]

describe('a round', () => {
  test('brings the outbox up and the feed down in one request', async () => {
    await drain()
    server.requests = []
    await act(checkIn(order, visit))
    await round(ports)
    expect(server.requests).toHaveLength(1)
    expect(server.get('visit', visit)).toBeDefined()
    expect(await ports.store.get('visit', visit)).toMatchObject({ $pending: false })
    expect((await ports.journal.counts()).entries).toBe(0)
  })

  test('that brought news is followed by one that says so, and no more', async () => {
    await drain()
    server.put('part', 'p', { number: 'P' })
    expect(await round(ports)).toEqual({ done: false, why: 'more' })
    const { cursor } = await ports.store.standing()
    server.requests = []
    expect(await round(ports)).toEqual({ done: true })
    expect(server.requests.map(({ pull }) => pull?.cursor)).toEqual([cursor])
  })

  test('repeated after a lost answer does nothing twice', async () => {
    await act(note(order))
    server.weather = () => 'answer_lost'
    expect(await round(ports)).toEqual({ done: false, why: 'offline' })
    expect((await ports.journal.counts()).entries).toBe(1)
    server.weather = undefined
    expect(await drain()).toEqual({ done: true })
    expect(notes()).toHaveLength(1)
  })

  test('asks again about what the server has and gave no word on', async () => {
    await act(checkIn(order, visit))
    await drain()
    await ports.journal.database.entries.toCollection().modify({ verdict: null, overlay: 1 }) // the answer with it was lost
    await drain()
    expect(await ports.journal.overlay()).toEqual([])
  })

  test('asks about each journal in its turn, though something waits in one', async () => {
    const left = await act(checkIn(order, visit))
    await drain()
    const entry = await ports.journal.database.entries.get([left.journal, 1])
    const older = { ...entry!, journal: newId(), verdict: null }
    const waits = { ...entry!.verdict!, verdict: 'waiting' as const, position: null }
    await ports.journal.database.entries.put({ ...entry!, verdict: waits, overlay: 1 })
    await ports.journal.database.entries.add({ ...older, id: newId(), durable: 1, overlay: 0 })
    server.requests = []
    for (let i = 0; i < 2; i++) await round(ports)
    expect(new Set(server.requests.map(({ journal }) => journal))).toEqual(new Set([left.journal, older.journal]))
  })

  test('after the app was killed in the middle goes on where it was', async () => {
    await act(checkIn(order, visit))
    server.weather = () => 'answer_lost'
    await round(ports)
    killed()
    server.weather = undefined
    await act(record(order, visit, '油封老化'))
    expect(await drain()).toEqual({ done: true })
    expect(server.get('visit', visit)).toMatchObject({ diagnosis: '油封老化' })
    expect(server.state.head).toBe(2)
  })

  test('answered by a captive portal changes nothing', async () => {
    await act(note(order))
    server.weather = () => 'portal'
    expect(await round(ports)).toEqual({ done: false, why: 'offline' })
    expect((await ports.journal.counts()).entries).toBe(1)
    expect((await ports.store.standing()).cursor).toBeNull()
  })

  test('without a session keeps the outbox and says that a log-in is needed', async () => {
    await act(note(order))
    server.weather = () => 'login'
    expect(await round(ports)).toMatchObject({ done: false, why: 'login', error: { code: 'session_expired' } })
    server.weather = undefined
    expect(await drain()).toEqual({ done: true })
    expect(notes()).toHaveLength(1)
  })

  test('that is too large is halved until it fits', async () => {
    for (let i = 0; i < 20; i++) await act(note(order, `${i}`))
    server.most = 3
    expect(await drain()).toEqual({ done: true })
    expect(notes()).toHaveLength(20)
    expect(Math.max(...server.requests.map(({ mutations }) => mutations.length))).toBe(20)
  })

  test('that a proxy before the server finds too large is halved too', async () => {
    for (let i = 0; i < 20; i++) await act(note(order, `${i}`))
    const { sync } = ports.transport
    ports.transport = {
      sync: (request) => (request.mutations.length > 3 ? Promise.resolve(readSync(413, '<h1>413</h1>')) : sync(request)),
    }
    expect(await drain()).toEqual({ done: true })
    expect(notes()).toHaveLength(20)
  })
  test('with one single entry that is too large says so instead of asking without end', async () => {
    await act(note(order))
    server.weather = () => 'too_large'
    expect(await round(ports)).toMatchObject({ done: false, why: 'error', error: { code: 'too_large' } })
  })

  test('pulls page after page until the head', async () => {
    for (let i = 0; i < 25; i++) server.put('part', `p${i}`, { number: `P-${i}` })
    server.pageSize = 10
    expect(await drain()).toEqual({ done: true })
    expect(await ports.store.all('part')).toHaveLength(25)
  })

  test('of two tabs at the same time converges', async () => {
    for (let i = 0; i < 25; i++) server.put('part', `p${i}`, { number: `P-${i}` })
    for (let i = 0; i < 5; i++) await act(note(order, `${i}`))
    server.pageSize = 4
    const other = phone(ports.journal.person)
    for (let i = 0; i < 12; i++) await Promise.all([round(ports), round(other)])
    expect(await ports.store.all('part')).toHaveLength(25)
    expect(notes()).toHaveLength(5)
    expect((await ports.journal.counts()).entries).toBe(0)
    other.store.close()
    other.journal.close()
  })

  test('that the server answers without taking anything is not repeated at once', async () => {
    await act(note(order))
    server.state.head = -5 // a server that can never follow this chain
    server.hold.add('order.write_note')
    await round(ports)
    expect(await round(ports)).toMatchObject({ why: 'error', error: { code: 'no_progress' } })
  })

  test('survives any weather: nothing lost, nothing twice', async () => {
    const kinds: Weather[] = ['fine', 'lost', 'answer_lost', 'portal', 'login']
    let turn = 7
    server.weather = () => kinds[(turn = (turn * 1103515245 + 12345) % 2147483648) % kinds.length]!
    for (let i = 0; i < 30; i++) {
      await act(note(order, `${i}`))
      await round(ports)
      if (i % 7 === 0) killed()
    }
    expect(await drain(200)).toEqual({ done: true })
    expect((notes() as { text: string }[]).map(({ text }) => text)).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`))
  })
})

describe('what the server holds', () => {
  test('does not block what has nothing to do with it', async () => {
    server.hold.add('visit.check_in')
    const held = await act(checkIn(order, visit))
    await act(note(order))
    expect(await drain()).toEqual({ done: true })
    expect(notes()).toHaveLength(1)
    expect(await ports.store.get('visit', visit)).toBeUndefined()
    const row = await ports.journal.database.entries.where({ id: held.id }).first()
    expect(row?.verdict).toMatchObject({ verdict: 'held', reason: 'held_transition' })
  })
})

describe('a server restored from a backup', () => {
  test('gets the field’s day back', async () => {
    await act(checkIn(order, visit))
    await drain()
    const backup = server.backup()
    await act(record(order, visit, '液压泵磨损'))
    await act(note(order, '下午再来'))
    await drain()
    server.restore(backup)
    expect(server.get('visit', visit)?.['diagnosis']).toBeNull()
    expect(await drain()).toEqual({ done: true })
    expect(server.get('visit', visit)).toMatchObject({ diagnosis: '液压泵磨损' })
    expect(notes()).toHaveLength(1)
    expect(await ports.store.get('visit', visit)).toMatchObject({ diagnosis: '液压泵磨损', $pending: false })
  })

  test('takes a photo whose entry is in a backup already, on a phone that has opened a new journal since', async () => {
    const photo = await actWithPhoto(1)
    await drain()
    const { journal } = await ports.journal.head()
    await ports.journal.database.state.put({ key: 'head', journal: newId(), seq: 0, hash: GENESIS })
    await ports.journal.database.entries.where({ journal }).delete()
    expect(await ports.journal.unsentHashes(9)).toEqual([photo])
    server.state.photos.add(photo)
    await drain()
    expect(await ports.journal.unsentHashes(9)).toEqual([])
  })

  test('gets the photos back that its backup does not hold', async () => {
    const early = await actWithPhoto(1)
    server.state.photos.add(early)
    await drain()
    const backup = server.backup()
    const late = await actWithPhoto(2)
    server.state.photos.add(late)
    await drain()
    expect(await ports.journal.unsentHashes(9)).toEqual([])
    server.restore(backup)
    await drain()
    expect(await ports.journal.unsentHashes(9)).toEqual([late])
  })

  test('is asked again what it says of what it had judged: it may have judged that once more', async () => {
    const entry = await act(note(order))
    await drain()
    const first = server.state.verdicts.get(entry.id) as Verdict
    server.checkpoint = 'another'
    server.state.verdicts.set(entry.id, { ...first, verdict: 'held', reason: 'held_device_revoked' })
    await drain()
    const row = await ports.journal.database.entries.where({ id: entry.id }).first()
    expect(row?.verdict).toMatchObject({ verdict: 'held', reason: 'held_device_revoked' })
    server.requests = []
    await round(ports)
    expect(server.requests.map(({ mutations }) => mutations.length)).toEqual([0])
  })

  test('drops from the phone what it does not have', async () => {
    await drain()
    const backup = server.backup()
    server.put('part', 'typed-after-the-backup', { number: 'P-9' })
    await drain()
    expect(await ports.store.get('part', 'typed-after-the-backup')).toBeDefined()
    server.restore(backup)
    await drain()
    expect(await ports.store.get('part', 'typed-after-the-backup')).toBeUndefined()
    expect(await ports.store.get('order', order)).toBeDefined()
  })
})

describe('the copy', () => {
  async function corrupt(): Promise<void> {
    const { database } = ports.store
    const close = (row: StoredRecord): StoredRecord => (row.id === order ? { ...row, data: { ...row.data, status: 'closed' } } : row)
    await database.transaction('rw', database.boxes, () => rewrite(database, close))
  }

  test('that differs from the server is noticed and downloaded again', async () => {
    for (let i = 0; i < 450; i++) server.put('part', `p${i}`, { number: `P-${i}` })
    await drain()
    await corrupt()
    await ports.journal.setFact('compared_at', 0) // half a day later: the comparison is due
    expect(await drain()).toEqual({ done: true })
    expect(await ports.store.get('order', order)).toMatchObject({ status: 'dispatched' })
  })

  test('is compared twice a day, not with every request', async () => {
    await drain()
    for (let i = 0; i < 5; i++) await round(ports)
    expect(server.requests.filter(({ pull }) => pull?.digests)).toHaveLength(1)
  })
})

test('a forked journal goes on under a new name, and its mutations arrive once', async () => {
  const entry = await act(note(order))
  server.forked.add(entry.journal)
  expect(await drain()).toEqual({ done: true })
  expect(notes()).toHaveLength(1)
})

describe('what left the scope', () => {
  test('leaves the phone only after its pending work is drained', async () => {
    await drain()
    server.scope = []
    await act(note(order))
    const sha256 = sha256Hex(new Uint8Array(photoBytes(9)))
    const file = { sha256, bytes: photoBytes(9), type: 'image/jpeg', photo_id: newId(), order_id: order }
    await ports.journal.append(note(order), moment(), file)
    await drain()
    expect(await ports.store.get('order', order)).toBeDefined() // a photo is still only here
    server.state.photos.add(sha256)
    await drain()
    expect(await ports.store.get('order', order)).toBeUndefined()
  })
})

test('a clock that is set wrong is told, one that is a little off is not', async () => {
  const off = async (): Promise<number> =>
    (await healthOf(ports.journal, ports.store, { state: 'idle', message: '', sending: 0 }, Date.now())).clockOff
  await ports.journal.setFact('clock', { offset_ms: -4 * 60_000, uncertainty_ms: 50 })
  expect(await off()).toBe(0)
  await ports.journal.setFact('clock', { offset_ms: -720_000, uncertainty_ms: 50 })
  expect(await off()).toBe(-720_000)
})

describe('safe to go home', () => {
  const safe = async (): Promise<boolean> =>
    (await healthOf(ports.journal, ports.store, { state: 'idle', message: '', sending: 0 }, Date.now())).safe

  test('is said only when the outbox is empty, every photo proved and the head reached', async () => {
    expect(await safe()).toBe(false) // never synced
    await drain()
    expect(await safe()).toBe(true)
    await act(note(order))
    expect(await safe()).toBe(false)
    await drain()
    expect(await safe()).toBe(true)
    const sha256 = sha256Hex(new Uint8Array(photoBytes(3)))
    const file = { sha256, bytes: photoBytes(3), type: 'image/jpeg', photo_id: newId(), order_id: order }
    await ports.journal.append(note(order), moment(), file)
    await drain()
    expect(await safe()).toBe(false)
    server.state.photos.add(sha256)
    await drain()
    expect(await safe()).toBe(true)
  })
})

async function actWithPhoto(first: number): Promise<string> {
  const sha256 = sha256Hex(new Uint8Array(photoBytes(first)))
  const file = { sha256, bytes: photoBytes(first), type: 'image/jpeg', photo_id: newId(), order_id: order }
  await ports.journal.append(note(order), moment(), file)
  return sha256
}

test('pruned entries and photos are those that a backup holds', async () => {
  const sha256 = await actWithPhoto(5)
  server.state.photos.add(sha256)
  await drain()
  expect(await ports.journal.database.entries.count()).toBe(1)
  server.keep()
  await ports.journal.askAnewAboutPhotos() // an hour later
  await drain()
  expect(await ports.journal.database.entries.count()).toBe(0)
  expect(await ports.journal.photo(sha256)).toBeUndefined()
})

test('a journal that a fork has left behind is handed back and pruned like the one that is written', async () => {
  const entry = await act(note(order, 'before the fork'))
  await drain()
  await ports.journal.database.state.put({ key: 'head', journal: newId(), seq: 0, hash: GENESIS })
  const asked = new Set<string | null>()
  for (let i = 0; i < 3; i++) {
    await round(ports)
    asked.add(server.requests.at(-1)?.journal ?? null)
  }
  expect(asked).toContain(entry.journal)
  expect(asked.size).toBe(2)
})
