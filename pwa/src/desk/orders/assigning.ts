/** Giving several orders to one technician: each on its own, none twice. */
import { newId } from '@/protocol/ids'
import { Refused, type Done } from '@/protocol/rest'
import type { Person } from '../data/types'
import { inOrder } from '../parts/names'

export interface Assignable {
  id: string
  number: string
  branch_id: string
  assignee_id: string | null
}

/** How far an attempt came; a later attempt goes on from it. */
export interface Progress {
  /** Ids of the orders that have been given. */
  given: Set<string>
  /** One id per order and person: the same wish keeps its id when it is sent again after a lost answer. */
  wishes: Map<string, string>
  refused: { order: Assignable; error: Refused }[]
}

type Run = (name: string, args: object, id?: string) => Promise<Done<unknown>>

export function noProgress(): Progress {
  return { given: new Set(), wishes: new Map(), refused: [] }
}

function matches(person: Person, words: string): boolean {
  const text = [person.name_zh, person.name_en, person.badge, person.phone, person.branch?.name_zh, person.branch?.name_en, person.provider?.name_zh]
  return text.some((one) => one?.toLowerCase().includes(words) === true)
}

/** Technicians that match the words; those of the orders' branches first. */
export function ranked(locale: string, people: readonly Person[], orders: readonly Assignable[], search: string): Person[] {
  const words = search.trim().toLowerCase()
  const found = people.filter((person) => words === '' || matches(person, words))
  return inOrder(locale, found, new Set(orders.map(({ branch_id }) => branch_id)))
}

/**
 * Assigns each order that has not been given yet; what the server refuses does not stop the rest.
 *
 * @param reason why it is taken from those who have it.
 * @throws Unreachable when no answer comes: `progress` knows what was given until then.
 */
export async function assignAll(
  orders: readonly Assignable[], assignee_id: string, progress: Progress, run: Run, reason = '',
): Promise<void> {
  progress.refused = []
  for (const order of orders) {
    if (progress.given.has(order.id)) continue
    const wish = `${assignee_id}:${order.id}`
    const id = progress.wishes.get(wish) ?? newId()
    progress.wishes.set(wish, id)
    try {
      const given = order.assignee_id !== null
      const taken = given ? { seen_assignee_id: order.assignee_id, ...(reason === '' ? {} : { reason }) } : {}
      await run(given ? 'order.reassign' : 'order.assign', { order_id: order.id, assignee_id, ...taken }, id)
      progress.given.add(order.id)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      progress.wishes.delete(wish)
      progress.refused.push({ order, error })
    }
  }
}
