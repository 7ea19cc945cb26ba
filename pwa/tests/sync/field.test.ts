import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import { InvalidArgs } from '@/rules/args'
import { hashOf, sha256Hex } from '@/rules/canonical'
import { openField, type Field } from '@/sync/field'
import { orderData, photoBytes } from '../helpers'
import { SmallServer } from './server'

let person: string
let server: SmallServer
let field: Field
const order = newId()

async function open(): Promise<Field> {
  const session = { person_id: person, device_code: 'A7' }
  return openField(session, { transport: server.transport, uploads: null, triggers: false })
}

beforeEach(async () => {
  person = newId()
  server = new SmallServer(`person:${person}`)
  server.put('order', order, orderData())
  field = await open()
})
afterEach(async () => {
  await field.close()
  await field.store.database.delete()
  await field.journal.database.delete()
})

const manual = (visit_id: string): { visit_id: string; order_id: string; arrival_method: 'manual' } => ({
  visit_id,
  order_id: order,
  arrival_method: 'manual',
})

describe('field work', () => {
  test('is sent by itself, and the health says where it is', async () => {
    await expect.poll(() => field.health.value.safe).toBe(true)
    const visit = newId()
    await field.act('visit.check_in', manual(visit))
    await expect.poll(() => server.get('visit', visit)).toBeDefined()
    await expect.poll(() => field.health.value).toMatchObject({ onPhone: 0, onServer: 1, state: 'idle', safe: true })
  })

  test('without a network stays on the phone and says so', async () => {
    server.weather = () => 'lost'
    await field.act('order.accept', { order_id: order })
    await expect.poll(() => field.health.value).toMatchObject({ onPhone: 1, state: 'offline', safe: false })
    expect(field.health.value.oldestUnsent).not.toBeNull()
    server.weather = undefined
    await field.syncNow()
    await expect.poll(() => field.health.value).toMatchObject({ onPhone: 0, safe: true })
  })

  test('with a wrong argument is refused before anything is written', async () => {
    const act = field.act('order.write_note', { order_id: order, note_id: newId(), text: '' })
    await expect(act).rejects.toBeInstanceOf(InvalidArgs)
    await expect(act).rejects.toMatchObject({ problems: { text: ['field_length'] } })
    expect(await field.outbox()).toEqual([])
  })

  test('of two tabs has one journal and one leader', async () => {
    const other = await open()
    await Promise.all([field.act('order.write_note', { order_id: order, note_id: newId(), text: '甲' }), other.act('order.write_note', { order_id: order, note_id: newId(), text: '乙' })])
    await expect.poll(() => (server.get('order', order)?.['notes'] as unknown[]).length).toBe(2)
    await expect.poll(() => other.health.value.onPhone).toBe(0)
    await other.close()
  })

  test('keeps a photo with its record, named by the hash of its bytes', async () => {
    const bytes = photoBytes(5)
    const where = { order_id: order, visit_id: newId(), slot: 'before' as const }
    await field.keepPicture(where, { bytes, media_type: 'image/jpeg', width: 4, height: 3, thumb: 'data:image/jpeg;base64,AA' })
    const sha256 = sha256Hex(new Uint8Array(bytes))
    const [photo] = await field.by('photo', 'order_id', order)
    expect(photo).toMatchObject({ sha256, bytes: 4, slot: 'before', $pending: true })
    expect((await field.journal.photo(sha256))?.size).toBe(4)
    await expect.poll(() => field.health.value).toMatchObject({ photosPending: 1, safe: false })
  })

  test('says that a log-in is needed, keeps everything, and goes on after it', async () => {
    server.weather = () => 'login'
    await field.act('order.accept', { order_id: order })
    await expect.poll(() => field.health.value).toMatchObject({ state: 'login', onPhone: 1, message: 'session_expired' })
    server.weather = undefined
    await field.syncNow()
    await expect.poll(() => field.health.value).toMatchObject({ state: 'idle', onPhone: 0 })
  })

  test('composes and presents the report of what was done here, sealed by its hash', async () => {
    server.put('company', 'c', { name_zh: '华远重工', timezone: 'Asia/Shanghai' })
    server.put('unit', 'unit-1', { serial: 'SN1', warranty_end: '2000-01-01', model_id: null })
    server.put('part', 'seal', { number: 'P-1', name_zh: '油封', measure: '件' })
    server.put('part_price', 'seal', { part_id: 'seal', price_fen: 1250 })
    await field.syncNow()
    const visit = newId()
    await field.act('visit.check_in', manual(visit))
    await field.act('visit.use_part', { part_line_id: newId(), stock_move_id: newId(), visit_id: visit, order_id: order, part_id: 'seal', quantity: 2 })
    const report = await field.composeReport({ order_id: order, visit_id: visit })
    expect(report.content).toMatchObject({ total_fen: 2500, company: { name_zh: '华远重工' }, parts: [{ name_zh: '油封', line_fen: 2500 }] })
    expect(report.hash).toBe(hashOf(report.content))
    await field.presentReport(report)
    expect(await field.get('order', order)).toMatchObject({ status: 'presented' })
    await expect.poll(() => server.get('report', report.report_id)?.['hash']).toBe(report.hash)
    const second = await field.composeReport({ order_id: order, visit_id: visit })
    expect([second.round, second.provisional_number]).toEqual([2, report.provisional_number])
  })

  test('numbers its documents with the device’s code', async () => {
    expect([await field.provisionalNumber(), await field.provisionalNumber()]).toEqual(['A7-0001', 'A7-0002'])
  })
})
