/** The fields of a new order, in the order in which they are asked for on the phone. */
import type { Field, Lookup, Option } from '../forms/fields'

export const CHANNELS = ['phone', 'web', 'wechat', 'email', 'walk_in', 'dealer', 'engineer'] as const
export const URGENCIES = ['normal', 'urgent'] as const
export const SEVERITIES = ['general', 'l3', 'l2', 'l1'] as const

interface Choices {
  customers: Lookup
  sites: Lookup
  units: Lookup
  channels: () => readonly Option[]
  urgencies: () => readonly Option[]
  severities: () => readonly Option[]
  types: () => readonly Option[]
  branches: () => readonly Option[]
}

export function orderFields(choices: Choices): Record<'where' | 'who' | 'what', Field[]> {
  return {
    where: [
      { name: 'unit_id', kind: 'lookup', wide: true, hint: 'unit_first', lookup: choices.units },
      { name: 'customer_id', kind: 'lookup', required: true, lookup: choices.customers },
      { name: 'site_id', kind: 'lookup', required: true, lookup: choices.sites },
      { name: 'branch_id', label: 'order_branch', kind: 'choice', required: true, hint: 'order_branch', options: choices.branches },
    ],
    who: [
      { name: 'contact_name', kind: 'text' },
      { name: 'contact_phone', kind: 'text' },
      { name: 'channel', kind: 'choice', required: true, initial: 'phone', options: choices.channels },
    ],
    what: [
      { name: 'symptom', kind: 'area', required: true },
      { name: 'type', label: 'order_type', kind: 'choice', required: true, initial: 'repair', options: choices.types },
      { name: 'urgency', kind: 'choice', required: true, initial: 'normal', hint: 'urgency', options: choices.urgencies },
      { name: 'severity', kind: 'choice', required: true, initial: 'general', options: choices.severities },
      { name: 'instructions', kind: 'area', hint: 'instructions' },
    ],
  }
}
