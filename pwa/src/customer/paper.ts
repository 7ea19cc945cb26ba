/** A printed report that somebody checks: what the page shows of it. */
import { ref, type Ref } from 'vue'
import { checkPaper, type PaperDifference, type PaperFinding } from '@/protocol/papers'

export type PaperState =
  | { at: 'waiting' }
  | { at: 'checking' }
  | { at: 'found'; finding: PaperFinding }
  /** Nobody answered, or somebody who isn't our server. */
  | { at: 'offline' }
  | { at: 'failed'; message: string; number: number }

export interface Paper {
  state: Ref<PaperState>
  check: (file: Blob) => Promise<void>
}

const FIELDS = [
  'numbers', 'company', 'blocks', 'sections', 'parts', 'basis', 'totals', 'photos', 'rating', 'signatures', 'terms', 'mark', 'hash', 'evidence', 'device', 'chain', 'pictures',
] as const
const OF_PARTS = ['number', 'name', 'serials', 'quantity', 'price', 'amount'] as const

function oneOf<T extends string>(known: readonly T[], word: string | undefined): T | undefined {
  return known.find((name) => name === word)
}

/** The words for a field: `parts.0.price` → `verify.field.parts`, 1, `verify.part.price`. */
export function wordsOf({ field }: Pick<PaperDifference, 'field'>): { field: string; n: number | null; part: string | null } {
  const [name, place, inner] = field.split('.')
  const known = oneOf(FIELDS, name)
  const part = known === 'parts' ? oneOf(OF_PARTS, inner) : undefined
  const n = known === 'parts' || known === 'photos' ? Number(place) + 1 : null
  return { field: `verify.field.${known ?? 'none'}`, n, part: part === undefined ? null : `verify.part.${part}` }
}

/** The name of a field for people: “Part · 1 · price”. */
export function nameOf(one: Pick<PaperDifference, 'field'>, t: (key: string) => string): string {
  const { field, n, part } = wordsOf(one)
  return [t(field), n, part === null ? null : t(part)].filter((word) => word !== null).join(' · ')
}

/** A photo of the report: its fingerprint tells people less than that it is another one. */
export const isPhoto = ({ field, sealed }: PaperDifference): boolean => field.startsWith('photos.') && /^[0-9a-f]{64}$/.test(sealed)

/** Any picture by its fingerprint, also one that the report does not have. */
export const isPicture = (one: PaperDifference): boolean => isPhoto(one) || one.field === 'pictures'

/** A fingerprint as far as people compare it; any other text as it is. */
export function shown(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text
}

async function stateOf(file: Blob, language: string): Promise<PaperState> {
  try {
    const reading = await checkPaper(file, language)
    if (reading.from === 'stranger') return { at: 'offline' }
    if (reading.ok) return { at: 'found', finding: reading.body }
    return { at: 'failed', message: reading.error.message, number: reading.error.number }
  } catch (error) {
    console.warn('the paper could not be checked', error)
    return { at: 'offline' }
  }
}

/**
 * Checks one paper after another.
 *
 * @param language for the server's messages
 */
export function usePaper(language: () => string): Paper {
  const state = ref<PaperState>({ at: 'waiting' })
  const check = async (file: Blob): Promise<void> => {
    state.value = { at: 'checking' }
    state.value = await stateOf(file, language())
  }
  return { state, check }
}
