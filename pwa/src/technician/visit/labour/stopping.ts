/** The clock of the work ends with the work: whoever shows the report or leaves has stopped. */
import type { CommandArgs } from '@/protocol/generated/commands'
import { newId } from '@/protocol/ids'
import { spansOf } from '@/rules/labour'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'

/** Stops everybody's clock that still runs at this visit. */
export async function stopWork(field: Field, { id: visit_id, order_id }: View<'visit'>): Promise<void> {
  const running = spansOf((await field.get('visit', visit_id))?.labour).filter(({ stop }) => stop === null)
  for (const { person_id } of running) await field.act('visit.stop_work', { visit_id, order_id, stamp_id: newId(), person_id })
}

/** Leaves the site. */
export async function leaveSite(field: Field, visit: View<'visit'>, outcome: CommandArgs['visit.leave']['outcome']): Promise<void> {
  await stopWork(field, visit)
  await field.act('visit.leave', { visit_id: visit.id, order_id: visit.order_id, outcome })
}
