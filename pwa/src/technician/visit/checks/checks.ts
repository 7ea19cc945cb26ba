/** What is ticked off: items of the order's kind by code, the site's own rules by their words. Pure. */
import { checksOf } from '@/rules/visitPlan'
import type { Data } from '@/rules/tables'
import type { JsonObject } from '@/protocol/json'

/** `true` in order, `false` not in order, `null` does not apply. */
export type Mark = boolean | null

const SITE = 'site:'

/** The site's rules, one a line, as items to be ticked. */
export function siteChecks(rules: string | null | undefined): { id: string; words: string }[] {
  const lines = (rules ?? '').split(/[\n；;]/).map((line) => line.trim()).filter((line) => line !== '')
  return [...new Set(lines)].map((words) => ({ id: SITE + words.slice(0, 190), words }))
}

export function markOf(visit: Data, id: string): Mark | undefined {
  return checksOf(visit).find((one) => one.id === id)?.ok
}

/** The list with one item marked, or its mark taken back. */
export function withMark(list: readonly JsonObject[], id: string, ok: Mark | undefined): JsonObject[] {
  const others = list.filter((one) => one['id'] !== id)
  return ok === undefined ? [...others] : [...others, { id, ok }]
}
