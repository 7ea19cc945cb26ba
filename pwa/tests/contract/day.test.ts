/**
 * The phone's real code against a real server with demo data: ONSITE_URL=http://127.0.0.1:8000 npm test -- tests/contract
 * Skipped without an address: the server is Python's to start.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@/protocol/ids'
import { logIn, readDemo, registerDevice } from '@/protocol/session'
import { openField, type Field, type View } from '@/sync/field'

const URL_OF_SERVER = process.env['ONSITE_URL']

/** A real JPEG of 1 × 1 pixel: the server decodes what it stores. */
const PIXEL =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z'

function pixel(seed: number): ArrayBuffer {
  const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0))
  return Uint8Array.from([...bytes, 0, seed]).buffer // trailing bytes make each file another one
}

/** Who works: as given, else the first engineer of the demo company. */
async function engineer(): Promise<{ login: string; password: string }> {
  const { ONSITE_LOGIN: login, ONSITE_PASSWORD: password } = process.env
  if (login !== undefined && password !== undefined) return { login, password }
  const demo = await readDemo('zh-CN')
  if (demo.from !== 'server' || !demo.ok) throw new Error('the server has no demo data')
  return demo.body.people.find(({ role }) => role === 'engineer')!
}

describe.skipIf(URL_OF_SERVER === undefined)('a day against the real server', () => {
  let field: Field
  let order: View<'order'>
  const visit = newId()

  beforeAll(async () => {
    const { login, password } = await engineer()
    const me = await logIn(login, password, 'zh-CN')
    if (me.from !== 'server' || !me.ok) throw new Error('the engineer could not log in')
    const device = await registerDevice({ name: 'contract', platform: 'test', app: '0' }, 'zh-CN')
    if (device.from !== 'server' || !device.ok) throw new Error('the device was not registered')
    field = await openField({ person_id: me.body.person.id, device_code: device.body.code }, { triggers: false })
  }, 30_000)

  afterAll(async () => {
    await field?.close()
  })

  const settled = (): Promise<void> => expect.poll(() => field.health.value, { timeout: 30_000 }).toMatchObject({ safe: true })

  test('the orders of the day come to the phone', async () => {
    await field.syncNow()
    await settled()
    const orders = await field.by('order', 'assignee_id', field.session.person_id)
    const open = orders.find(({ status }) => status === 'dispatched' || status === 'accepted')
    expect(open, 'an order that waits for the engineer').toBeDefined()
    order = open!
    expect(await field.get('site', order.site_id)).toBeDefined()
    expect(await field.get('customer', order.customer_id)).toBeDefined()
  }, 40_000)

  test('the whole visit is taken by the server without a word against it', async () => {
    const parts = await field.all('part')
    const faults = await field.all('fault_code')
    await field.act('visit.check_in', { visit_id: visit, order_id: order.id, unit_id: order.unit_id, arrival_method: 'manual' })
    const fault_code_id = { was: null, now: faults[0]!.id }
    await field.act('visit.record', { visit_id: visit, order_id: order.id, changes: { fault_code_id, work_done: { was: null, now: '更换油封' } } })
    await field.act('visit.use_part', { part_line_id: newId(), stock_move_id: newId(), visit_id: visit, order_id: order.id, part_id: parts[0]!.id, quantity: 1 })
    for (const slot of ['before', 'after'] as const)
      await field.keepPicture({ order_id: order.id, visit_id: visit, slot }, { bytes: pixel(slot.length), media_type: 'image/jpeg', width: 1, height: 1, thumb: `data:image/jpeg;base64,${PIXEL}` })
    const report = await field.composeReport({ order_id: order.id, visit_id: visit })
    await field.presentReport(report)
    const signature = { signature_id: newId(), report_id: report.report_id, order_id: order.id, report_hash: report.hash }
    await field.act('signoff.sign', { ...signature, method: 'finger', signer_name: '李工', image: `data:image/png;base64,${btoa('x')}`, strokes: [[1, 2, 3]], rating: 5 })
    await field.act('visit.leave', { visit_id: visit, order_id: order.id, outcome: 'done' })
    await settled()
    const entries = await field.journal.database.entries.toArray()
    const against = entries.filter(({ verdict }) => verdict?.verdict !== 'applied' && verdict?.verdict !== 'merged')
    expect(against.map(({ name, verdict }) => [name, verdict?.verdict, verdict?.reason])).toEqual([])
  }, 60_000)

  test('what the phone shows afterwards is the server’s, not its own wish', async () => {
    expect(await field.get('order', order.id)).toMatchObject({ status: 'signed', $pending: false })
    expect(await field.get('visit', visit)).toMatchObject({ work_done: '更换油封', outcome: 'done', $pending: false })
    expect(await field.journal.overlay()).toEqual([])
    expect(await field.by('photo', 'visit_id', visit)).toHaveLength(2)
  })

  test('the copy is the server’s, channel by channel', async () => {
    await field.journal.setFact('compared_at', 0)
    const before = (await field.store.standing()).epoch
    await field.syncNow()
    await settled()
    expect((await field.store.standing()).epoch).toBe(before)
    expect(await field.journal.fact('compared_at')).not.toBe(0)
  }, 40_000)
})
