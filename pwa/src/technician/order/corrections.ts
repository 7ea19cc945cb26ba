/** Corrections of what the office knows too: by what was seen, and beside what somebody else wrote. Pure. */
import type { CommandArgs } from '@/protocol/generated/commands'
import type { View } from '@/store/store'

/** A field that a technician may correct, of the record that has it. */
export interface Place {
  of: 'order' | 'site' | 'contact'
  id: string
  field: 'contact_phone' | 'rules' | 'address' | 'phone'
}

const EDITS = {
  order: (order_id: string, changes: object) => ['order.edit_contact', { order_id, changes }],
  site: (order_id: string, changes: object, site_id: string) => ['site.edit', { site_id, order_id, changes }],
  contact: (order_id: string, changes: object, contact_id: string) => ['contact.edit', { contact_id, order_id, changes }],
} as const

type Edit = 'order.edit_contact' | 'site.edit' | 'contact.edit'

/** The command that sets a field, by what its author saw there. */
export function editOf({ of, id, field }: Place, order: string, was: string | null, now: string | null): [Edit, CommandArgs[Edit]] {
  return EDITS[of](order, { [field]: { was, now } }, id) as [Edit, CommandArgs[Edit]]
}

/** What stands beside a field's value, oldest first; what was taken up or settled on this phone is gone already. */
export function besideOf(found: readonly View<'collision'>[], { of, id, field }: Place, value: string | null): View<'collision'>[] {
  return found
    .filter((one) => one.of_kind === of && one.of_id === id && one.field === field && one.settled_at === null && one.kept !== value)
    .sort((one, other) => one.id.localeCompare(other.id))
}
