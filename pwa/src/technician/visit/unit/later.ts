/** A serial that is left for later, to be read from the nameplate's photo. */
import type { Reads, View } from '@/store/store'
import type { Field } from '@/sync/field'

/** Nobody has read it yet, here or at the office; a visit from before this could be said has no such field. */
export function isUnread({ serial_photo_id, scanned_serial }: Pick<View<'visit'>, 'serial_photo_id' | 'scanned_serial'>): boolean {
  return (serial_photo_id ?? null) !== null && (scanned_serial ?? null) === null
}

export async function leaveForLater(field: Field, visit: View<'visit'>, photo: string): Promise<void> {
  const { id: visit_id, order_id, serial_photo_id: was = null } = visit
  await field.act('visit.record', { visit_id, order_id, changes: { serial_photo_id: { was, now: photo } } })
}

/** The nameplate is photographed; its serial is left for later. */
export async function photographNameplate(field: Field, visit: View<'visit'>, file: File): Promise<void> {
  const { args } = await field.addPhoto({ order_id: visit.order_id, visit_id: visit.id, slot: 'nameplate', file })
  await leaveForLater(field, visit, args['photo_id'] as string)
}

/** My visits whose serial is still to be read, oldest first. */
export async function unreadVisits(reads: Reads, me: string): Promise<View<'visit'>[]> {
  const mine = await reads.by('visit', 'person_id', me)
  return mine.filter(isUnread).sort((a, b) => a.arrived_at.localeCompare(b.arrived_at))
}
