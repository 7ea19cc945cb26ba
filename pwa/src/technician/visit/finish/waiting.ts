/** The work waits for parts: which, and when somebody is expected to come again. */
import { newId } from '@/protocol/ids'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'
import { dayOf } from '../../records/days'
import { leaveSite } from '../labour/stopping'
import type { PlannedPart } from '../plan/asking'

const DAY_MS = 86_400_000

/** What the engineer answers on the screen; `day`: `YYYY-MM-DD`, or empty where nobody knows. */
export interface Waiting {
  text: string
  parts: PlannedPart[]
  day: string
}

/** The day so many days from now, `YYYY-MM-DD`, where the company is. */
export function dayAfter(now: string, days: number, zone: string): string {
  return dayOf(new Date(Date.parse(now) + days * DAY_MS).toISOString(), zone)
}

/** A part as the report names it: sealed with its names, whatever the catalogue calls it later. */
interface AwaitedPart extends Pick<View<'part'>, 'number' | 'name_zh' | 'name_en' | 'measure'> {
  part_id: string
  quantity: number
}

async function named(field: Field, { part_id, quantity }: PlannedPart): Promise<AwaitedPart> {
  const part = await field.get('part', part_id)
  const { number = '', name_zh = '', name_en = null, measure = '' } = part ?? {}
  return { part_id, number, name_zh, name_en, measure, quantity }
}

/** Keeps the answers with the visit, so that the report can be composed of them. */
export async function recordWaiting(field: Field, { id: visit_id, order_id }: View<'visit'>, { text, parts, day }: Waiting): Promise<void> {
  const visit = await field.get('visit', visit_id)
  const awaited = await Promise.all(parts.map((part) => named(field, part)))
  const changes = {
    awaited: { was: visit?.awaited ?? null, now: awaited as unknown as View<'visit'>['awaited'] },
    awaited_note: { was: visit?.awaited_note ?? null, now: text.trim() || null },
    next_visit_on: { was: visit?.next_visit_on ?? null, now: day || null },
  }
  await field.act('visit.record', { visit_id, order_id, changes })
}

/** Leaves the site; the office reads on the order what to send. */
export async function leaveWaiting(field: Field, { id: visit_id, order_id }: View<'visit'>): Promise<void> {
  const visit = await field.get('visit', visit_id)
  if (visit === undefined) throw new Error('the visit is not on this phone')
  const parts = ((visit.awaited ?? []) as unknown as AwaitedPart[]).map(({ number, name_zh, quantity, measure }) => `${number} ${name_zh} × ${quantity} ${measure}`.trim())
  const text = [...parts, visit.awaited_note ?? ''].filter((line) => line !== '').join('\n').slice(0, 2000)
  if (text !== '') await field.act('visit.await_parts', { visit_id, order_id, note_id: newId(), text })
  await leaveSite(field, visit, 'parts_pending')
}
