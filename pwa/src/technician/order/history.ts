/** A machine's history: read once, searched as the person types, drawn in pieces. Pure. */
import type { View } from '@/store/store'

export interface HistoryEntry {
  record: View<'service_history'>
  fault: View<'fault_code'> | undefined
  /** Everything that can be searched, in lower case. */
  haystack: string
}

export interface Piece {
  key: string
  year: string
  /** The first piece of its year carries the heading. */
  first: boolean
  /** How many entries of that year there are in all. */
  ofYear: number
  entries: HistoryEntry[]
}

/** Entries to a piece: enough to fill a screen, few enough to draw in a frame. */
export const PIECE = 40

export function entryOf(record: View<'service_history'>, fault: View<'fault_code'> | undefined): HistoryEntry {
  const texts = [record.happened_on, record.order_number, record.type, record.raw_text, record.work_done]
  const names = [fault?.code, fault?.name_zh, fault?.name_en]
  return { record, fault, haystack: [...texts, ...names].filter(Boolean).join(' ').toLowerCase() }
}

/** Newest first. */
export function inOrder(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const key = ({ record }: HistoryEntry): string => `${record.happened_on} ${record.id}`
  return [...entries].sort((a, b) => (key(a) < key(b) ? 1 : -1))
}

/** Entries that have every word of the question somewhere, in either language. */
export function found(entries: readonly HistoryEntry[], question: string): HistoryEntry[] {
  const words = question.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return words.length === 0 ? [...entries] : entries.filter(({ haystack }) => words.every((word) => haystack.includes(word)))
}

/** Cut into pieces at the turn of each year and at every `PIECE` entries. */
export function piecesOf(entries: readonly HistoryEntry[]): Piece[] {
  const years = new Map<string, HistoryEntry[]>()
  for (const entry of entries) {
    const year = entry.record.happened_on.slice(0, 4)
    const known = years.get(year)
    if (known === undefined) years.set(year, [entry])
    else known.push(entry)
  }
  return [...years].flatMap(([year, all]) => {
    const count = Math.ceil(all.length / PIECE)
    return Array.from({ length: count }, (_, at) => ({
      key: `${year}.${at}`,
      year,
      first: at === 0,
      ofYear: all.length,
      entries: all.slice(at * PIECE, (at + 1) * PIECE),
    }))
  })
}

/** The faults that this machine had most often, most frequent first. */
export function usualFaults(records: readonly { fault_code_id: string | null }[], most: number): string[] {
  const counts = new Map<string, number>()
  for (const { fault_code_id: id } of records) if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, most).map(([id]) => id)
}
