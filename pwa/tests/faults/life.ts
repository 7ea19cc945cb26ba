/**
 * One life of a phone: a process with the real code, from a start to a kill. Bundled and started again and again by
 * tests/faults/test_killed_client.py, which owns the server and asks its database afterwards.
 */
import './browser'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import assert from 'node:assert/strict'
import { JournalDatabase } from '@/journal/database'
import { newId } from '@/protocol/ids'
import { logInBeside, recognised, registerDevice } from '@/protocol/session'
import { sha256Hex } from '@/rules/canonical'
import { entryHash, GENESIS } from '@/rules/journal'
import { StoreDatabase } from '@/store/database'
import { openField, type Field } from '@/sync/field'
import { Disk, type Kill } from './mortal'

const FOLDER = process.env['ONSITE_FAULTS']!
/** Where this life ends; one without ends by itself, and tells what it has written and what the phone has. */
const KILL = process.env['ONSITE_KILL'] === undefined ? undefined : (JSON.parse(process.env['ONSITE_KILL']) as Kill)
const DRAINED_MS = 20_000
/** What a screen has shown as done, in all lives. */
const SHOWN = `${FOLDER}/shown`
const SESSION = `${FOLDER}/session.json`

interface Session {
  person_id: string
  device_code: string
  token: string
}

const TOKEN = 'onsite.field_token'

async function enter(): Promise<Session> {
  if (existsSync(SESSION)) return JSON.parse(readFileSync(SESSION, 'utf8')) as Session
  const opened = await logInBeside('ann', process.env['ONSITE_PASSWORD']!, 'en')
  if (opened.from !== 'server' || !opened.ok) throw new Error('the engineer could not log in')
  const me = await recognised('en')
  const device = await registerDevice({ name: 'killed', platform: 'test', app: '0' }, 'en')
  if (device.from !== 'server' || !device.ok) throw new Error('the device was not registered')
  const session = { person_id: me!.person.id, device_code: device.body.code, token: opened.body.token }
  writeFileSync(SESSION, JSON.stringify(session))
  return session
}

const open = (session: Session): Promise<Field> => openField(session, { triggers: false })

async function drain(field: Field): Promise<void> {
  const end = performance.now() + DRAINED_MS
  for (;;) {
    await field.syncNow()
    const { entries, photos } = await field.journal.counts()
    if (entries + photos === 0 && (await field.journal.overlay()).length === 0) return
    if (performance.now() > end) throw new Error(`not drained: ${JSON.stringify(field.health.value)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A file that no other life has: what follows a picture's end is no part of it. */
function shot(): ArrayBuffer {
  return Uint8Array.from([...readFileSync(`${FOLDER}/0.jpg`), ...new TextEncoder().encode(newId())]).buffer
}

/** A short visit; each thing is done when the one before has been sent. */
async function visit(field: Field): Promise<void> {
  await drain(field)
  const [order] = await field.by('order', 'assignee_id', field.session.person_id)
  const at = { order_id: order!.id, visit_id: newId() }
  const picture = { media_type: 'image/jpeg' as const, width: 64, height: 48, thumb: 'data:image/jpeg;base64,AA' }
  const doings = [
    () => field.act('visit.check_in', { ...at, arrival_method: 'manual' }),
    () => field.keepPicture({ ...at, slot: 'fault' }, { bytes: shot(), ...picture }),
  ]
  for (const does of doings) {
    appendFileSync(SHOWN, `${(await does()).id}\n`)
    await drain(field)
  }
}

/** The journal is whole: a chain to its end, with all that was shown, and the bytes of each photo that it names. */
async function isWhole({ journal }: Field): Promise<void> {
  const entries = await journal.database.entries.orderBy('[journal+seq]').toArray()
  let prev = GENESIS
  for (const [at, entry] of entries.entries()) {
    assert.deepEqual([entry.seq, entry.prev, entry.hash], [at + 1, prev, entryHash(entry)])
    prev = entry.hash
  }
  if (entries.length > 0) assert.deepEqual(((head) => [head.seq, head.hash])(await journal.head()), [entries.length, prev])
  const ids = new Set(entries.map(({ id }) => id))
  const shown = existsSync(SHOWN) ? readFileSync(SHOWN, 'utf8').trim().split('\n') : []
  assert.deepEqual(shown.filter((id) => !ids.has(id)), [], 'what was shown as done is gone')
  const named = entries.flatMap(({ args }) => (args['sha256'] === undefined ? [] : [args['sha256'] as string])).sort()
  const photos = await journal.database.photos.toArray()
  assert.deepEqual(photos.map(({ bytes }) => sha256Hex(new Uint8Array(bytes))).sort(), named)
}

/** The copy is what the server says that it must be: nothing of a page without its cursor, nor the other way round. */
async function drainAndCompare(field: Field): Promise<void> {
  const { epoch } = await field.store.standing()
  await field.journal.setFact('compared_at', 0)
  await drain(field)
  while ((await field.journal.fact('compared_at')) === 0) await field.syncNow()
  assert.equal((await field.store.standing()).epoch, epoch, 'the copy differed and was downloaded anew')
}

/** What the phone says it did and what it believes to be safe. */
async function tell(field: Field): Promise<void> {
  const made = await field.journal.database.entries.orderBy('[journal+seq]').toArray()
  const { journal } = await field.journal.head()
  const against = made.filter(({ verdict }) => verdict?.verdict !== 'applied' && verdict?.verdict !== 'merged')
  assert.deepEqual(against.map(({ verdict }) => verdict), [])
  const acknowledged = made.filter(({ durable }) => durable === 1).length
  writeFileSync(`${FOLDER}/journal.json`, JSON.stringify({ journal, made, acknowledged }))
  writeFileSync(`${FOLDER}/writes.json`, JSON.stringify(disk.writes))
}

const session = await enter()
sessionStorage.setItem(TOKEN, session.token)
const disk = new Disk(FOLDER)
await disk.give([new JournalDatabase(session.person_id), new StoreDatabase(session.person_id)])
const found = await open(session)
await isWhole(found)
await drainAndCompare(found)
await found.close()
disk.arm(KILL)
const field = await open(session)
await visit(field)
if (KILL === undefined) await tell(field)
process.exit(0)
