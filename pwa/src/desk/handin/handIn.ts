/** A parcel's content on its way to the server: entries journal by journal, then the photos it does not have. */
import type { ParcelList } from '@/protocol/parcel'
import type { Entry } from '@/protocol/messages'

export interface Batch {
  journal: string
  entries: Entry[]
}

export interface HandedIn {
  id: string
  seq: number
  verdict: string
  reason: string | null
}

/** What one command takes, with room to spare: 500 entries, 4 MB. */
const MOST = 200
const MOST_BYTES = 1024 * 1024

/** Entries in the order of their journals, few enough for one command at a time. */
export function batchesOf({ entries }: Pick<ParcelList, 'entries'>): Batch[] {
  const ordered = [...entries].sort((one, other) => one.journal.localeCompare(other.journal) || one.seq - other.seq)
  const batches: Batch[] = []
  let bytes = 0
  for (const entry of ordered) {
    const size = JSON.stringify(entry).length
    const last = batches.at(-1)
    if (last !== undefined && last.journal === entry.journal && last.entries.length < MOST && bytes + size <= MOST_BYTES) {
      last.entries.push(entry)
      bytes += size
    } else {
      batches.push({ journal: entry.journal, entries: [entry] })
      bytes = size
    }
  }
  return batches
}

export interface Outcome {
  applied: number
  held: number
  waiting: number
}

export function countOf(verdicts: readonly HandedIn[]): Outcome {
  const count = (...words: string[]): number => verdicts.filter(({ verdict }) => words.includes(verdict)).length
  return { applied: count('applied', 'merged'), held: count('held'), waiting: count('waiting') }
}
