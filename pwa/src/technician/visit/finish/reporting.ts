/** From the visit's records to the report that the customer is shown. */
import { canonical } from '@/rules/canonical'
import type { Outcome } from '@/rules/report'
import type { Data } from '@/rules/tables'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'
import { isInterim } from '../../records/interim'
import { stopWork } from '../labour/stopping'
import { amendmentOf, endAmendment } from './amending'

/** The same report but for its own ids and round: presenting it once more would say nothing new. */
export function saysTheSame(one: Data, other: Data): boolean {
  const body = (content: Data): string => canonical({ ...content, report: null })
  return body(one) === body(other)
}

/** With what a visit ends whose work is finished here: a machine that was taken along comes back. */
function ending({ outcome }: View<'visit'>): Outcome {
  return outcome === 'to_bench' ? 'to_bench' : 'done'
}

/**
 * Presents the report of a visit and says which one the customer is to read: the one they were shown before, while
 * nothing in it has changed; else a new round. An interim report is not amended by the final one: both stand.
 */
export async function presentReport(field: Field, visit: View<'visit'>, outcome: Outcome = ending(visit)): Promise<string> {
  const { id: visit_id, order_id } = visit
  await stopWork(field, visit)
  const reports = (await field.by('report', 'order_id', order_id))
    .filter((one) => one.visit_id === visit_id)
    .sort((a, b) => a.round - b.round)
  const alike = (one: View<'report'>): boolean => isInterim(one) === isInterim({ outcome })
  const signed = reports.filter((one) => one.status === 'signed' && alike(one)).at(-1)
  if (signed !== undefined) return amend(field, signed, reports, outcome)
  const shown = reports.at(-1)
  const report = await field.composeReport({ order_id, visit_id, outcome })
  if (shown?.status === 'presented' && alike(shown) && saysTheSame(report.content, shown.content as Data)) return shown.id
  await field.act('visit.finish_diagnosis', { visit_id, order_id })
  if (!isInterim({ outcome })) await field.act('visit.finish_repair', { visit_id, order_id })
  await field.presentReport(report)
  return report.report_id
}

/** What is presented after a signature amends what was signed: numbered, with the engineer's or the office's words, to be signed anew. */
async function amend(field: Field, signed: View<'report'>, reports: readonly View<'report'>[], outcome: Outcome): Promise<string> {
  const shown = reports.at(-1)
  const amendment = reports.filter(({ amends }) => (amends ?? null) !== null).length + 1
  const report = await field.composeReport({ order_id: signed.order_id, visit_id: signed.visit_id, outcome }, { amends: signed.id, amends_hash: signed.hash, amendment })
  const waiting = shown?.status === 'presented' ? shown : signed
  if (saysTheSame(report.content, waiting.content as Data)) return waiting.id
  const own = await amendmentOf(field, signed.visit_id)
  const asked = (await field.by('report_return', 'visit_id', signed.visit_id)).sort((a, b) => a.returned_at.localeCompare(b.returned_at))
  await field.presentAmendment(report, { amends: signed.id, amendment, reason: own ?? asked.at(-1)?.message ?? '' })
  await endAmendment(field, signed.visit_id)
  return report.report_id
}
