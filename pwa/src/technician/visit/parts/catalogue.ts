/** Parts for a machine, found in both languages, with what the van has of them. Pure but for one read. */
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'

export interface Stocked {
  part: View<'part'>
  /** In my van, with what is only on this phone counted in; below zero where the count is wrong. */
  quantity: number
  /** It fits this machine's model. */
  fits: boolean
  haystack: string
}

interface Move {
  part_id: string
  quantity: number
}

/** The server's balance, and the moves that are not in it yet. */
export function balanceOf(partId: string, known: number, pending: readonly Move[]): number {
  return pending.filter(({ part_id }) => part_id === partId).reduce((sum, { quantity }) => sum + quantity, known)
}

export function stocked(part: View<'part'>, quantity: number, modelId: string | null): Stocked {
  const fits = modelId !== null && (part.models as string[]).includes(modelId)
  return { part, quantity, fits, haystack: `${part.number} ${part.name_zh} ${part.name_en ?? ''}`.toLowerCase() }
}

/** All parts with their stock; for a live query. */
export async function readParts(field: Field, modelId: string | null): Promise<Stocked[]> {
  const me = field.session.person_id
  const known = new Map((await field.by('van_stock', 'person_id', me)).map((one) => [one.part_id, one.quantity]))
  const moves = await field.by('stock_move', 'location', `van:${me}`)
  const pending = moves.filter(({ $pending }) => $pending)
  const parts = await field.all('part')
  return parts.map((part) => stocked(part, balanceOf(part.id, known.get(part.id) ?? 0, pending), modelId))
}

const MOST_HITS = 80

/** What is asked for; what fits and what the van has come first. Without a question: what fits. */
export function searchParts(parts: readonly Stocked[], question: string, all: boolean): Stocked[] {
  const words = question.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const hits = parts.filter(({ haystack, fits }) => (all || fits) && words.every((word) => haystack.includes(word)))
  const rank = (one: Stocked): string => `${one.fits ? 0 : 1}${one.quantity > 0 ? 0 : 1}${one.part.number}`
  return hits.sort((a, b) => rank(a).localeCompare(rank(b))).slice(0, MOST_HITS)
}
