/** The fields of an intake, in the order in which a caller tells them; what a pasted message fills; what goes to the server. Pure. */
import type { Field, Lookup, Option, Values } from '../forms/fields'

/** Code of a request that is owed an answer instead of a visit. */
export const CONSULTATION = 'consultation'

/** Most of them call. */
export const FIRST_CHANNEL = 'phone'

/** What the server read in a pasted message. */
export interface Reading {
  phones: string[]
  serials: string[]
  name: string | null
  address: string | null
  symptom: string
  kind: string
  urgent: boolean
  channel: string | null
  unit_id: string | null
}

interface Choices {
  customers: Lookup
  sites: Lookup
  units: Lookup
  channels: () => readonly Option[]
  kinds: () => readonly Option[]
  urgencies: () => readonly Option[]
  severities: () => readonly Option[]
  people: () => readonly Option[]
}

export function intakeFields(choices: Choices): Record<'call' | 'where' | 'order' | 'answer', Field[]> {
  return {
    call: [
      { name: 'phone', kind: 'text', required: true },
      { name: 'contact_name', kind: 'text' },
      { name: 'symptom', kind: 'area', required: true },
      { name: 'kind', label: 'request_kind', kind: 'choice', required: true, initial: 'repair', options: choices.kinds },
      { name: 'urgency', kind: 'choice', required: true, initial: 'normal', options: choices.urgencies },
    ],
    where: [
      { name: 'unit_id', kind: 'lookup', lookup: choices.units },
      { name: 'serial', label: 'serial_told', kind: 'text' },
      { name: 'customer_id', kind: 'lookup', lookup: choices.customers },
      { name: 'site_id', kind: 'lookup', lookup: choices.sites },
      { name: 'address', label: 'address_told', kind: 'text', wide: true },
    ],
    // what the order needs and the request does not keep
    order: [
      { name: 'severity', kind: 'choice', required: true, initial: 'general', options: choices.severities },
      { name: 'instructions', kind: 'area', hint: 'instructions' },
    ],
    answer: [{ name: 'owner_id', kind: 'choice', required: true, options: choices.people }],
  }
}

/**
 * The values after a message was read: only fields that are empty or still hold an earlier proposal change.
 *
 * @param proposed what was proposed before, by field; changed in place.
 */
export function proposed(values: Values, reading: Reading, before: Record<string, string>, initial: Values): Values {
  const found: Record<string, string | null | undefined> = {
    phone: reading.phones[0],
    contact_name: reading.name,
    symptom: reading.symptom,
    kind: reading.kind,
    urgency: reading.urgent ? 'urgent' : 'normal',
    serial: reading.serials[0],
    address: reading.address,
    unit_id: reading.unit_id,
  }
  const next = { ...values }
  for (const [name, value] of Object.entries(found)) {
    const present = values[name] ?? ''
    const untouched = present === '' || present === (initial[name] ?? '') || present === before[name]
    if (!untouched) continue
    next[name] = value ?? initial[name] ?? ''
    before[name] = String(next[name])
  }
  return next
}

/** By which way it came after a message was read: what a person chose stays, and so does what the text does not tell. */
export function proposedChannel(present: string, byHand: boolean, reading: Reading): string {
  return byHand ? present : reading.channel ?? FIRST_CHANNEL
}
