/** Units of measure of parts in the reader's language. The mirror of sync/measures.py. */
import measuresJson from '@tables/measures.json'

const MEASURES = measuresJson as unknown as Readonly<Record<string, readonly [one: string, several: string]>>

/** The word for a measure as the catalogue writes it; one that nobody knows stands as it is. */
export function measureIn(language: string, measure: string | null | undefined, quantity: number): string {
  const known = language === 'en' ? MEASURES[measure ?? ''] : undefined
  return known?.[quantity === 1 ? 0 : 1] ?? measure ?? ''
}
