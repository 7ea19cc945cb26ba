/** What is to be paid, in fen, and what the customer has to agree to. The mirror of sync/charges.py. */
import type { Data } from './tables'

/** A price and what it is made of, in fen; null where a price is not known. */
export interface Charge {
  parts_fen: number | null
  labour_fen: number
  total_fen: number | null
}

export interface Priced {
  quantity: number
  /** Price of one, in fen. */
  price_fen: number | null
}

/** @param hourFen price of an hour; null where the company does not charge labour */
export function charge(lines: readonly Priced[], minutes: number, hourFen: number | null, covered: boolean): Charge {
  if (covered) return { parts_fen: 0, labour_fen: 0, total_fen: 0 }
  const labour = labourFen(minutes, hourFen)
  let parts = 0
  for (const { quantity, price_fen } of lines) {
    if (price_fen === null) return { parts_fen: null, labour_fen: labour, total_fen: null } // no sum is better than a wrong one
    parts += quantity * price_fen
  }
  return { parts_fen: parts, labour_fen: labour, total_fen: parts + labour }
}

/** The price of so many minutes; half a fen is rounded up. */
export function labourFen(minutes: number, hourFen: number | null): number {
  return Math.floor((minutes * (hourFen ?? 0) + 30) / 60)
}

/** An agreement is to be signed only above the company's limit. */
export function needsSignature(priceFen: number | null, limitFen: number | null): boolean {
  return priceFen !== null && limitFen !== null && priceFen > limitFen
}

function last(consents: readonly Data[]): Data | undefined {
  const key = (one: Data): string => `${one['given_at'] as string} ${one['id'] as string}`
  return [...consents].sort((a, b) => (key(a) < key(b) ? -1 : 1)).at(-1)
}

/** The customer has agreed to a part: the last answer about it counts. */
export function agreedTo(partId: string, consents: readonly Data[]): boolean {
  const about = consents.filter(({ parts }) => (parts as unknown as { part_id: string }[]).some(({ part_id }) => part_id === partId))
  return last(about)?.['answer'] === 'agreed'
}

/** The minutes of labour in the last agreed plan; 0 where none was agreed. */
export function agreedMinutes(consents: readonly Data[]): number {
  const agreed = consents.filter(({ answer, minutes }) => answer === 'agreed' && minutes !== null)
  return Number(last(agreed)?.['minutes'] ?? 0)
}
