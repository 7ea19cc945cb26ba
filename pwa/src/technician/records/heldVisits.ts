/** Visits whose check-in the server keeps for a decision: they are no records, but all that was done at them is here. */
import type { StoredEntry } from '@/journal/database'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'

type Held = View<'held'>

export interface HeldVisit {
  /** The check-in. */
  held: Held
  order: View<'order'> | undefined
  /** What was done at it, oldest first; this phone has all of it until a backup has it. */
  done: StoredEntry[]
  /** Where somebody can be asked; empty where nobody's number is known. */
  phone: string
}

/** An argument of work that the server keeps; it may have any form. */
export function heldArg({ args }: Pick<Held, 'args'>, name: string): string | null {
  const value = typeof args === 'object' && args !== null && !Array.isArray(args) ? args[name] : undefined
  return typeof value === 'string' ? value : null
}

/** Check-ins that became no visit: they wait for a person, or the office has set them aside or kept them as a note. */
export async function heldCheckIns(field: Field): Promise<Held[]> {
  const held = await field.all('held')
  return held.filter(({ name, status }) => name === 'visit.check_in' && status !== 'applied' && status !== 'accepted')
}

export function isDecided({ status }: Pick<Held, 'status'>): boolean {
  return status === 'set_aside' || status === 'kept'
}

/** Those on an order that wait for a person. */
export async function waitingCheckIns(field: Field, order: string): Promise<Held[]> {
  return (await heldCheckIns(field)).filter((one) => !isDecided(one) && heldArg(one, 'order_id') === order)
}

/** For a live query. `null`: no such check-in is held. */
export async function readHeldVisit(field: Field, visit: string): Promise<HeldVisit | null> {
  const held = (await heldCheckIns(field)).find((one) => heldArg(one, 'visit_id') === visit)
  if (held === undefined) return null
  const entries = [...(await field.journal.taken('')), ...(await field.journal.pending())]
  const order = heldArg(held, 'order_id')
  return {
    held,
    order: order === null ? undefined : await field.get('order', order),
    done: entries.filter(({ id, args }) => args['visit_id'] === visit && id !== held.id),
    phone: await officeOf(field),
  }
}

/** The number of one's own branch, else the company's. */
async function officeOf(field: Field): Promise<string> {
  const branch = (await field.get('person_card', field.session.person_id))?.branch_id
  const own = branch ? await field.get('branch', branch) : undefined
  return own?.phone ?? (await field.all('company'))[0]?.phone ?? ''
}
