/**
 * The phone's real code against a real server behind a proxy that cuts, repeats and lies. Started by
 * tests/faults/test_client_in_faults.py, which owns server and proxy and asks the database afterwards; skipped without.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import type { SyncAnswer } from '@/protocol/messages'
import { logIn, registerDevice } from '@/protocol/session'
import { openField, type Field } from '@/sync/field'

/** Where the photos lie and where the phone's journal is to be written; both are Python's. */
const FOLDER = process.env['ONSITE_FAULTS']
/** How often something is done and sent: more often than the storm has faults. */
const ROUNDS = Number(process.env['ONSITE_ROUNDS'] ?? 0)
const PHOTOS = 3
const ENTRIES_EACH = 40
const DRAINED_MS = 90_000

/** A minute passes whenever nothing goes on: the phone rests between attempts, and the test has no time for that. */
function hurry(): void {
  const now = Date.now
  let ahead = 0
  const next = (): number => (ahead += 61_000)
  Date.now = () => now() + ahead
  later = next
}
let later: () => void = () => undefined

/** What the server has said that it has, by its answers as they came in: nothing else may be taken for safe. */
const named = new Set<string>()

function listen(): void {
  const real = globalThis.fetch
  globalThis.fetch = async (...request) => {
    const answer = await real(...request)
    const text = await answer.text() // as the client reads it: an answer that is cut off is none
    const told = /"onsite": ?"sync"/.test(text) ? (JSON.parse(text) as SyncAnswer) : undefined
    for (const { id } of told?.verdicts ?? []) named.add(id)
    for (let seq = 1; seq <= (told?.receipt.through ?? 0); seq++) named.add(`${seq}`)
    return new Response(text === '' ? null : text, { status: answer.status, headers: answer.headers })
  }
}

async function believesOnlyAnswers({ journal }: Field): Promise<void> {
  const entries = await journal.database.entries.where('[durable+durable_at]').above([1]).toArray()
  expect(entries.filter(({ id, seq }) => !named.has(id) && !named.has(`${seq}`)).map(({ seq }) => seq)).toEqual([])
}

async function drain(field: Field): Promise<void> {
  const end = performance.now() + DRAINED_MS
  for (;;) {
    const { entries, photos } = await field.journal.counts() // the health's word comes a moment later
    if (entries + photos === 0 && (await field.journal.overlay()).length === 0 && field.health.value.safe) return
    if (performance.now() > end) throw new Error(`not drained: ${JSON.stringify(field.health.value)}`)
    await field.syncNow()
    await new Promise((resolve) => setTimeout(resolve, 20))
    later()
  }
}

async function work(field: Field, order_id: string, visit_id: string, part_id: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await field.act('visit.use_part', { part_line_id: newId(), stock_move_id: newId(), visit_id, order_id, part_id, quantity: 1 + (i % 3) })
    await field.act('order.write_note', { order_id, note_id: newId(), text: `第 ${i} 行` })
  }
}

function keepPhoto(field: Field, order_id: string, visit_id: string, number: number): Promise<unknown> {
  const bytes = Uint8Array.from(readFileSync(`${FOLDER}/${number}.jpg`)).buffer
  const picture = { bytes, media_type: 'image/jpeg' as const, width: 2400, height: 1800, thumb: 'data:image/jpeg;base64,AA' }
  return field.keepPicture({ order_id, visit_id, slot: 'fault' }, picture)
}

/** What the phone says it did and what it believes to be safe. */
async function write(field: Field): Promise<void> {
  const made = await field.journal.database.entries.orderBy('[journal+seq]').toArray()
  const { journal } = await field.journal.head()
  const acknowledged = made.filter(({ durable }) => durable === 1).length
  writeFileSync(`${FOLDER}/journal.json`, JSON.stringify({ journal, made, acknowledged }))
}

test.skipIf(FOLDER === undefined)('a day in which every message is cut, repeated or answered by a stranger', async () => {
  const me = await logIn('ann', process.env['ONSITE_PASSWORD']!, 'en')
  if (me.from !== 'server' || !me.ok) throw new Error('the engineer could not log in')
  const device = await registerDevice({ name: 'faults', platform: 'test', app: '0' }, 'en')
  if (device.from !== 'server' || !device.ok) throw new Error('the device was not registered')
  const field = await openField({ person_id: me.body.person.id, device_code: device.body.code }, { triggers: false })
  hurry()
  listen()
  await drain(field)
  const [order] = await field.by('order', 'assignee_id', field.session.person_id)
  const [part] = await field.all('part')
  const visit = newId()
  await field.act('visit.check_in', { visit_id: visit, order_id: order!.id, arrival_method: 'manual' })
  for (let number = 0; number < PHOTOS; number++) {
    await work(field, order!.id, visit, part!.id, ENTRIES_EACH)
    await keepPhoto(field, order!.id, visit, number)
    await drain(field)
  }
  for (let round = 0; round < ROUNDS; round++) {
    await work(field, order!.id, visit, part!.id, 1)
    // Something is done while a request is under way: no answer to that one is about it.
    await Promise.all([field.syncNow(), work(field, order!.id, visit, part!.id, 1)])
    await believesOnlyAnswers(field) // before it is drained: then every answer has come
    await drain(field)
  }
  const against = (await field.journal.database.entries.toArray()).filter(({ verdict }) => verdict?.verdict !== 'applied' && verdict?.verdict !== 'merged')
  expect(against.map(({ name, verdict }) => [name, verdict?.verdict, verdict?.reason])).toEqual([])
  expect(await field.journal.overlay()).toEqual([])
  const { epoch } = await field.store.standing()
  await field.journal.setFact('compared_at', 0)
  await field.syncNow()
  await drain(field)
  expect((await field.store.standing()).epoch, 'the copy differed and was downloaded anew').toBe(epoch)
  expect(await field.journal.fact('compared_at')).not.toBe(0)
  await write(field)
  await field.close()
}, 100_000 + ROUNDS * 2_000)
