/** Money as a person types it, in whole fen: never by way of a float. */

/** `1389`, `1389.5`, `1,389.00` → 138900, 138950, 138900; null for anything else. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text.replaceAll(',', '').trim())
  if (found === null) return null
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
}

/** As it is typed: `1389.00`. */
export function yuanOf(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

/** What is still to be settled: the report's total, once; nothing where it costs nothing or nobody knows. */
export function dueOf(total: unknown, settled: number): number {
  return settled === 0 && typeof total === 'number' ? total : 0
}
