/**
 * The phone's real code, killed at each of its writes in turn, before it is durable and after. Started by
 * tests/faults/test_killed_client.py, which owns the server and asks its database afterwards; skipped without.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import { logIn, registerDevice } from '@/protocol/session'
import { sha256Hex } from '@/rules/canonical'
import { entryHash, GENESIS } from '@/rules/journal'
import { openField, type Field } from '@/sync/field'
import { Life, type Disk, type Kill } from './mortal'

const FOLDER = process.env['ONSITE_FAULTS']
const DRAINED_MS = 20_000
/** More writes of a kind than a visit has. */
const MOST = 99

let session: { person_id: string; device_code: string }
/** What a screen has shown as done, in all lives. */
const shown: string[] = []

const open = (life: Life): Promise<Field> => openField(session, { triggers: false, transport: life.transport })

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

/** A short visit; each thing is done when the one before has been sent. */
async function visit(field: Field, jpeg: ArrayBuffer): Promise<'survived'> {
  await drain(field)
  const [order] = await field.by('order', 'assignee_id', session.person_id)
  const at = { order_id: order!.id, visit_id: newId() }
  const picture = { media_type: 'image/jpeg' as const, width: 64, height: 48, thumb: 'data:image/jpeg;base64,AA' }
  const doings = [
    () => field.act('visit.check_in', { ...at, arrival_method: 'manual' }),
    () => field.keepPicture({ ...at, slot: 'fault' }, { bytes: jpeg, ...picture }),
  ]
  for (const does of doings) {
    shown.push((await does()).id)
    await drain(field)
  }
  return 'survived'
}

/** The journal is whole: a chain to its end, with all that was shown, and the bytes of each photo that it names. */
async function isWhole({ journal }: Field): Promise<void> {
  const entries = await journal.database.entries.orderBy('[journal+seq]').toArray()
  let prev = GENESIS
  for (const [at, entry] of entries.entries()) {
    expect([entry.seq, entry.prev, entry.hash]).toEqual([at + 1, prev, entryHash(entry)])
    prev = entry.hash
  }
  if (entries.length > 0) expect(await journal.head()).toMatchObject({ seq: entries.length, hash: prev })
  const ids = new Set(entries.map(({ id }) => id))
  expect(shown.filter((id) => !ids.has(id))).toEqual([])
  const named = entries.flatMap(({ args }) => (args['sha256'] === undefined ? [] : [args['sha256'] as string])).sort()
  const photos = await journal.database.photos.toArray()
  expect(photos.map(({ bytes }) => sha256Hex(new Uint8Array(bytes))).sort()).toEqual([...new Set(named)])
}

/** The copy is what the server says that it must be: nothing of a page without its cursor, nor the other way round. */
async function drainAndCompare(field: Field): Promise<void> {
  const { epoch } = await field.store.standing()
  await field.journal.setFact('compared_at', 0)
  await drain(field)
  while ((await field.journal.fact('compared_at')) === 0) await field.syncNow()
  expect((await field.store.standing()).epoch, 'the copy differed and was downloaded anew').toBe(epoch)
}

async function enter(): Promise<void> {
  const me = await logIn('ann', process.env['ONSITE_PASSWORD']!, 'en')
  if (me.from !== 'server' || !me.ok) throw new Error('the engineer could not log in')
  const device = await registerDevice({ name: 'killed', platform: 'test', app: '0' }, 'en')
  if (device.from !== 'server' || !device.ok) throw new Error('the device was not registered')
  session = { person_id: me.body.person.id, device_code: device.body.code }
}

/** One life until it is killed, and the next one, which finds everything and sends it. */
async function live(disk: Disk, jpeg: ArrayBuffer, kill?: Kill): Promise<{ killed: boolean; writes: string[] }> {
  const life = await Life.start(session.person_id, disk, kill)
  const field = await Promise.race([open(life), life.killed])
  const end = field === 'killed' ? field : await Promise.race([visit(field, jpeg), life.killed])
  if (field !== 'killed') void field.close()
  const again = await open(await Life.start(session.person_id, disk))
  await isWhole(again)
  await drainAndCompare(again)
  await again.close()
  return { killed: end === 'killed', writes: life.writes }
}

test.skipIf(FOLDER === undefined)('a phone that is killed at each of its writes keeps what it has shown, and sends it once', async () => {
  await enter()
  const image = readFileSync(`${FOLDER}/0.jpg`)
  let taken = 0
  const shot = (): ArrayBuffer => Uint8Array.from([...image, taken++ % 256, taken >> 8]).buffer // each another file
  const disk: Disk = {}
  const kills: string[] = []
  const { writes } = await live(disk, shot())
  for (const when of ['before', 'after'] as const)
    for (const write of new Set(writes))
      for (let nth = 1; nth <= MOST && (await live(disk, shot(), { write, nth, when })).killed; nth++) kills.push(`${when} ${write}`)
  const last = await open(await Life.start(session.person_id, disk))
  const made = await last.journal.database.entries.orderBy('[journal+seq]').toArray()
  const { journal } = await last.journal.head()
  expect(made.filter(({ verdict }) => verdict?.verdict !== 'applied' && verdict?.verdict !== 'merged').map(({ verdict }) => verdict)).toEqual([])
  const acknowledged = made.filter(({ durable }) => durable === 1).length
  writeFileSync(`${FOLDER}/journal.json`, JSON.stringify({ journal, made, acknowledged }))
  writeFileSync(`${FOLDER}/kills.json`, JSON.stringify(kills))
  await last.close()
}, 600_000)
