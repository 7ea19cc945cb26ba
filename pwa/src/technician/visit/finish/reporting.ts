/** From the visit's records to the report that the customer is shown. */
import { canonical } from '@/rules/canonical'
import type { Data } from '@/rules/tables'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'

/** The same report but for its own ids and round: presenting it once more would say nothing new. */
export function saysTheSame(one: Data, other: Data): boolean {
  const body = (content: Data): string => canonical({ ...content, report: null })
  return body(one) === body(other)
}

/**
 * Presents the report of a visit and says which one the customer is to read: the one they were shown before, while
 * nothing in it has changed; else a new round.
 */
export async function presentReport(field: Field, { id: visit_id, order_id }: View<'visit'>): Promise<string> {
  const report = await field.composeReport({ order_id, visit_id })
  const shown = (await field.by('report', 'order_id', order_id))
    .filter((one) => one.visit_id === visit_id)
    .sort((a, b) => a.round - b.round)
    .at(-1)
  if (shown?.status === 'presented' && saysTheSame(report.content, shown.content as Data)) return shown.id
  await field.act('visit.finish_diagnosis', { visit_id, order_id })
  await field.act('visit.finish_repair', { visit_id, order_id })
  await field.presentReport(report)
  return report.report_id
}
