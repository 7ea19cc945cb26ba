import type { Field } from '@/sync/field'
import { entryOf, inOrder, type HistoryEntry } from './history'

/** The whole history of a machine, newest first; for a live query. */
export async function readHistory(field: Field, unitId: string): Promise<HistoryEntry[]> {
  const records = await field.by('service_history', 'unit_id', unitId)
  const faults = new Map((await field.all('fault_code')).map((fault) => [fault.id, fault]))
  return inOrder(records.map((record) => entryOf(record, faults.get(record.fault_code_id ?? ''))))
}
