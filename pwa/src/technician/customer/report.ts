/** A report with everything that was said to it; for a live query. */
import type { Kind } from '@/protocol/messages'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'
import { completesAReturn } from '../records/returned'
import { photoAddress } from '../visit/photos/source'

export interface ReportWhole {
  report: View<'report'>
  visit: View<'visit'> | undefined
  order: View<'order'> | undefined
  signature: View<'signature'> | null
  dispute: View<'dispute'> | null
  unsigned: View<'unsigned_record'> | null
  /** Presented after the visit was left: the office had returned an earlier round, or the engineer amends a signed one. */
  again: boolean
}

/** Whose report it is. */
export async function customerOf(field: Field, reportId: string): Promise<View<'customer'> | undefined> {
  const report = await field.get('report', reportId)
  const order = report === undefined ? undefined : await field.get('order', report.order_id)
  return order === undefined ? undefined : field.get('customer', order.customer_id)
}

async function answer<K extends Kind & ('signature' | 'dispute' | 'unsigned_record')>(field: Field, kind: K, id: string): Promise<View<K> | null> {
  return (await field.by(kind, 'report_id', id)).at(-1) ?? null
}

export async function readReport(field: Field, id: string): Promise<ReportWhole | null> {
  const report = await field.get('report', id)
  if (report === undefined) return null
  const returns = await field.by('report_return', 'visit_id', report.visit_id)
  return {
    report,
    visit: await field.get('visit', report.visit_id),
    order: await field.get('order', report.order_id),
    signature: await answer(field, 'signature', id),
    dispute: await answer(field, 'dispute', id),
    unsigned: await answer(field, 'unsigned_record', id),
    again: (report.amends ?? null) !== null || (returns.length > 0 && completesAReturn(report, returns, await field.by('report', 'order_id', report.order_id))),
  }
}

/** The customer may still answer: nobody has signed, and the engineer is there, or came back with it. */
export function isAnswerable({ report, visit, again }: ReportWhole): boolean {
  if (report.status !== 'presented' || visit === undefined) return false
  return visit.left_at === null || again
}

/** The picture of a photo in the report: the file, else the small one that travels with the record. */
export async function reportPhoto(field: Field, orderId: string, sha256: string): Promise<string | null> {
  const address = await photoAddress(field, sha256)
  if (address !== null) return address
  const photos = await field.by('photo', 'order_id', orderId)
  return photos.find((photo) => photo.sha256 === sha256)?.thumb ?? null
}
