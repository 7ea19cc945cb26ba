/** What is ticked off: items of the order's kind by code, the site's own rules by their words. Pure. */
import { checksOf, itemsOf } from '@/rules/visitPlan'
import type { Data } from '@/rules/tables'
import type { JsonObject } from '@/protocol/json'
import type { Saying } from '../../records/words'
import type { VisitFacts } from '../steps'

/** `true` in order, `false` not in order, `null` does not apply. */
export type Mark = boolean | null

const SITE = 'site:'

/** An item as it stands on the screen; the names that the company gave it, where it did. */
export interface Check {
  id: string
  words: string
  names?: { name_zh: string; name_en: string | null }
}

/** What the order's kind asks for: in the words of the company's list, else in ours. */
export function listChecks({ plan, lists }: Pick<VisitFacts, 'plan' | 'lists'>, nameOf: Saying['nameOf'], ours: (id: string) => string): Check[] {
  const named = itemsOf(lists, 'checks')
  return plan.checks.map((id) => {
    const item = named.find(({ code }) => code === id)
    if (item === undefined) return { id, words: ours(id) }
    return { id, words: nameOf(item), names: { name_zh: item.name_zh, name_en: item.name_en } }
  })
}

/** The site's rules, one a line, as items to be ticked. */
export function siteChecks(rules: string | null | undefined): Check[] {
  const lines = (rules ?? '').split(/[\n；;]/).map((line) => line.trim()).filter((line) => line !== '')
  return [...new Set(lines)].map((words) => ({ id: SITE + words.slice(0, 190), words }))
}

export function markOf(visit: Data, id: string): Mark | undefined {
  return checksOf(visit).find((one) => one.id === id)?.ok
}

/** The list with one item marked, in the words in which it was asked, or its mark taken back. */
export function withMark(list: readonly JsonObject[], { id, names }: Pick<Check, 'id' | 'names'>, ok: Mark | undefined): JsonObject[] {
  const others = list.filter((one) => one['id'] !== id)
  return ok === undefined ? [...others] : [...others, { id, ok, ...names }]
}
