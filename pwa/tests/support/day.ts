/** A technician's day: one order with all that belongs to it, on the real journal and store, with the small server. */
import { newId } from '@/protocol/ids'
import type { Data } from '@/rules/tables'
import { openField, type Field } from '@/sync/field'
import { SmallServer } from '../sync/server'

export interface Day {
  person: string
  server: SmallServer
  field: Field
  ids: Record<'order' | 'customer' | 'site' | 'unit' | 'model' | 'part' | 'group' | 'fault' | 'type', string>
  /** The phone again, after it was killed. */
  reopen: () => Promise<Field>
  end: () => Promise<void>
}

export function orderOf(ids: Day['ids'], person: string, changes: Data = {}): Data {
  return {
    number: 'SO-2026-000021', provisional_number: null, type: 'repair', status: 'dispatched', urgency: 'urgent', severity: 'general',
    branch_id: 'b', provider_id: null, assignee_id: person, customer_id: ids.customer, site_id: ids.site, unit_id: ids.unit,
    contact_name: '周建国', contact_phone: '13800001000', symptom: '动臂油缸漏油', instructions: null, channel: 'phone',
    received_at: '2026-11-21T00:12:00.000Z', contact_due_at: null, contacted_at: null,
    window_start: '2026-11-21T01:00:00.000Z', window_end: '2026-11-21T03:00:00.000Z', approval: 'approved', approved_at: null,
    approved_by: null, decision: null, cancel_reason: null, notes: [], closed_at: null, created_at: '2026-11-21T00:12:00.000Z',
    ...changes,
  }
}

function stock(server: SmallServer, person: string, ids: Day['ids']): void {
  server.put('company', newId(), { name_zh: '山岳重工', name_en: 'Shanyue', address: null, phone: null, timezone: 'Asia/Shanghai', currency: 'CNY', report_terms_zh: null, report_terms_en: null, privacy_zh: null, privacy_en: null })
  server.put('person_card', person, { name_zh: '王志强', name_en: 'Wang Zhiqiang', badge: 'E1003', roles: ['engineer'], branch_id: 'b', provider_id: null, active: true })
  server.put('customer', ids.customer, { name: '蒙泰露天矿业', name_en: 'Mengtai Mining', grade: 'A', language: 'zh-CN' })
  server.put('site', ids.site, { customer_id: ids.customer, branch_id: 'b', name: '一采区', address: '薛家湾镇', lat_e7: 398765432, lng_e7: 1112345678, rules: '戴安全帽' })
  server.put('product_model', ids.model, { code: 'SY-365H', name_zh: '液压挖掘机', name_en: 'excavator', category: null, warranty_months: 12 })
  server.put('unit', ids.unit, { serial: 'SY365-0412', model_id: ids.model, batch: '2606', customer_id: ids.customer, site_id: ids.site, branch_id: 'b', sold_on: null, installed_on: null, warranty_end: '2099-12-31', agreement_number: null, agreement_end: null, running_hours: 3380 })
  server.put('order_type', ids.type, { code: 'repair', name_zh: '维修', name_en: 'Repair', photo_slots: ['fault', 'after'], min_photos: 2 })
  server.put('fault_code', ids.group, { code: 'HYD', parent_id: null, name_zh: '液压系统', name_en: 'Hydraulics' })
  server.put('fault_code', ids.fault, { code: 'HYD-LEAK', parent_id: ids.group, name_zh: '油缸渗漏', name_en: 'Cylinder leak' })
  server.put('part', ids.part, { number: '60248871', name_zh: '密封组件', name_en: 'Seal kit', measure: '套', models: [ids.model], serialised: false })
  server.put('part_price', ids.part, { part_id: ids.part, price_fen: 128050 })
  server.put('van_stock', `${person}:${ids.part}`, { person_id: person, part_id: ids.part, quantity: 3 })
  server.put('order', ids.order, orderOf(ids, person))
}

/** Opens the phone in the morning: everything is synced. */
export async function beginDay(): Promise<Day> {
  const person = newId()
  const server = new SmallServer(`person:${person}`)
  const ids = { order: newId(), customer: newId(), site: newId(), unit: newId(), model: newId(), part: newId(), group: newId(), fault: newId(), type: newId() }
  stock(server, person, ids)
  const open = (): Promise<Field> =>
    openField({ person_id: person, device_code: 'A7' }, { transport: server.transport, uploads: null, triggers: false })
  const day: Day = {
    person, server, ids,
    field: await open(),
    reopen: async () => {
      await day.field.close()
      day.field = await open()
      return day.field
    },
    end: async () => {
      await day.field.close()
      await day.field.store.database.delete()
      await day.field.journal.database.delete()
    },
  }
  await day.field.syncNow()
  return day
}

/** Arrives at the order's site by hand. */
export async function arrive({ field, ids }: Day): Promise<string> {
  const visit_id = newId()
  await field.act('visit.check_in', { visit_id, order_id: ids.order, unit_id: ids.unit, arrival_method: 'manual' })
  return visit_id
}

/** Answers what a report needs. */
export async function answer(day: Day, visit_id: string): Promise<void> {
  const { field, ids } = day
  const now = { fault_code_id: { was: null, now: ids.fault }, diagnosis: { was: null, now: '油封磨损' }, work_done: { was: null, now: '更换油封' } }
  await field.act('visit.record', { visit_id, order_id: ids.order, changes: now })
}
