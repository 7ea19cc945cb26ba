/** What the office has returned for completion. */
import type { Reads, View } from '@/store/store'

type Return = View<'report_return'>
type Round = Pick<View<'report'>, 'id' | 'round'>

/** What nobody has completed: no later round was presented, though the server's word for that may not have come yet. */
export function openReturns(returns: readonly Return[], reports: readonly Round[]): Return[] {
  return returns.filter((asked) => asked.answered_at === null && !isAnsweredBy(asked, reports))
}

function isAnsweredBy({ report_id }: Return, reports: readonly Round[]): boolean {
  const round = reports.find(({ id }) => id === report_id)?.round ?? 0
  return reports.some((report) => report.round > round)
}

/** Whether a report was presented because the office had returned an earlier one; told by rounds, never by clocks. */
export function completesAReturn(report: Round, returns: readonly Return[], reports: readonly Round[]): boolean {
  return returns.some(({ report_id }) => reports.some(({ id, round }) => id === report_id && round < report.round))
}

/** The visits that are to be completed. */
export async function returnedVisits(reads: Reads): Promise<Set<string>> {
  const asked = (await reads.all('report_return')).filter(({ answered_at }) => answered_at === null)
  const found = new Set<string>()
  for (const one of asked) {
    const reports = (await reads.by('report', 'order_id', one.order_id)).filter(({ visit_id }) => visit_id === one.visit_id)
    if (openReturns([one], reports).length > 0) found.add(one.visit_id)
  }
  return found
}
