import Dexie from 'dexie'
import { Journal, type Draft, type Moment } from '@/journal/journal'
import { newId } from '@/protocol/ids'
import type { Change, Receipt, Verdict } from '@/protocol/messages'
import type { Data } from '@/rules/tables'

export const PERSON = newId()

let second = 0

/** Moments one second apart. */
export function moment(): Moment {
  second += 1
  return { made_at: new Date(Date.UTC(2026, 10, 21, 3, 0, second)).toISOString(), mono_ms: second * 1000, run: 'run', offset_ms: 0 }
}

/** A note on an order: the smallest command. */
export function note(orderId: string, text = 'hello'): Draft {
  const note_id = newId()
  return { name: 'order.write_note', version: 1, args: { order_id: orderId, note_id, text }, creates: [], names: [orderId] }
}

export function checkIn(orderId: string, visitId: string): Draft {
  const args = { visit_id: visitId, order_id: orderId, arrival_method: 'manual' }
  return { name: 'visit.check_in', version: 1, args, creates: [visitId], names: [visitId, orderId] }
}

export function record(orderId: string, visitId: string, diagnosis: string): Draft {
  const args = { visit_id: visitId, order_id: orderId, changes: { diagnosis: { was: null, now: diagnosis } } }
  return { name: 'visit.record', version: 1, args, creates: [], names: [visitId, orderId] }
}

export function photoBytes(first: number): ArrayBuffer {
  return Uint8Array.from([first, 1, 2, 3]).buffer
}

export function verdict(id: string, position: number | null, word: Verdict['verdict'] = 'applied'): Verdict {
  return { id, seq: null, verdict: word, reason: null, number: null, message: null, notes: [], position, waits_for: [], resolution: null }
}

export function receipt(through: number, photos: string[] = [], backed_up_through = 0, backed_up_photos: string[] = []): Receipt {
  return { through, photos, backed_up_through, backed_up_photos }
}

export function orderData(status = 'dispatched'): Data {
  return {
    number: 'WO-1', status, type: 'repair', symptom: '异响', notes: [], assignee_id: PERSON, site_id: 'site-1', unit_id: 'unit-1',
    received_at: '2026-03-02T01:00:00.000Z',
  }
}

export function change(channel: string, kind: string, id: string, version: number, data: Data): Change {
  return { c: channel, k: kind, i: id, v: version, d: data }
}

export function leaving(channel: string, kind: string, id: string, version: number): Change {
  return { c: channel, k: kind, i: id, v: version, gone: true }
}

/** A cursor as the server writes it. */
export function cursorAt(position: number, rest: { checkpoint?: string; key?: string[] | null; backfills?: unknown[] } = {}): string {
  const body = { k: rest.checkpoint ?? 'one', p: position, key: rest.key ?? null, b: rest.backfills ?? [], s: [], h: '' }
  return btoa(JSON.stringify(body)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** What a killed browser leaves: the same database, opened by somebody new. */
export function reopened(journal: Journal): Journal {
  journal.close()
  return new Journal(journal.person)
}

/** Everything that lies in a database, as whoever copies the phone's disk would find it. */
export async function atRest(name: string): Promise<string> {
  const database = await new Dexie(name).open()
  const found = await Promise.all(database.tables.map((table) => table.toArray()))
  database.close()
  const asText = (_: string, value: unknown): unknown =>
    value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? [...new Uint8Array(value as ArrayBuffer)].join() : value
  return JSON.stringify(found, asText)
}
