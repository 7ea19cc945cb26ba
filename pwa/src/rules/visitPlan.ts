/** What a visit asks for, by the order's type and severity. The mirror of sync/visit_plan.py. */
import planJson from '@tables/visit_plan.json'
import type { Data } from './tables'

export interface PlanFacts {
  type: string
  severity: string
  /** The customer pays nothing. */
  covered: boolean
  /** Some parts were fitted, or the customer agreed to some. */
  parts: boolean
  /** A part with a serial came out. */
  old_part: boolean
  /** The model has readings to take. */
  readings: boolean
  /** The failure is a major one: compressor, whole controller… */
  major: boolean
  /** Id of the model, where it is known. */
  model?: string | null
}

/** One thing to look at or to measure; what else a reading has stands beside it. */
export interface ListItem {
  code: string
  name_zh: string
  name_en: string | null
}

/** A checklist of the company, in one version: what narrows it names nothing where it is for all. */
export interface Checklist {
  id: string
  code: string
  types: readonly unknown[]
  severities: readonly unknown[]
  models: readonly unknown[]
  checks: readonly unknown[]
  readings: readonly unknown[]
  ends_at: string | null
}

interface PlanLine {
  when?: Partial<Record<string, readonly (string | boolean)[]>>
  needs?: readonly string[]
  asks?: readonly string[]
  slots?: readonly string[]
  checks?: readonly string[]
  spares?: readonly string[]
}

export interface PlanTable {
  version: number
  types: readonly string[]
  steps: readonly string[]
  checks: readonly string[]
  answers: Record<string, readonly string[]>
  rules: readonly PlanLine[]
}

/** What a visit asks for; everything else can be recorded too, and stays out of sight. */
export interface Plan {
  /** Those in sight, in the order in which work goes. */
  steps: string[]
  /** Of these, those without which the report says too little. */
  needs: string[]
  /** The kinds of photo asked for. */
  slots: string[]
  /** What is to be checked, one by one. */
  checks: string[]
}

export const VISIT_PLAN = planJson as unknown as PlanTable

function fits(when: NonNullable<PlanLine['when']>, facts: Record<string, string | boolean>): boolean {
  return Object.entries(when).every(([name, values]) => values?.includes(facts[name] as string | boolean))
}

/** The ids of the checklists that a visit of this type begins with now; null where the company has none of its own. */
export function listsInForce(lists: readonly Checklist[], type: string): string[] | null {
  if (lists.length === 0) return null
  return lists.filter(({ ends_at, types }) => ends_at === null && (types.length === 0 || types.includes(type))).map(({ id }) => id).sort()
}

/** Of these checklists, those that the order's type, severity and model call for, by code. */
export function fittingLists<L extends Checklist>(lists: readonly L[], { type, severity, model = null }: Pick<PlanFacts, 'type' | 'severity' | 'model'>): L[] {
  const names = (those: readonly unknown[], fact: string | null): boolean => those.length === 0 || those.includes(fact)
  const found = lists.filter((one) => names(one.types, type) && names(one.severities, severity) && names(one.models, model))
  return found.sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** The items of checklists, the first of each code. */
export function itemsOf(lists: readonly Checklist[], name: 'checks' | 'readings'): ListItem[] {
  const all = lists.flatMap((one) => one[name] as readonly ListItem[])
  return all.filter(({ code }, at) => all.findIndex((one) => one.code === code) === at)
}

/** What the company's own lists ask for takes the place of the table's checks. */
function withLists(plan: Plan, lists: readonly Checklist[], table: PlanTable): Plan {
  const steps = [itemsOf(lists, 'checks').length > 0 ? 'checklist' : '', itemsOf(lists, 'readings').length > 0 ? 'readings' : '']
  const having = (some: readonly string[]): string[] =>
    table.steps.filter((step) => steps.includes(step) || (step !== 'checklist' && some.includes(step)))
  return { ...plan, steps: having(plan.steps), needs: having(plan.needs), checks: itemsOf(lists, 'checks').map(({ code }) => code) }
}

/**
 * Every line of the table that fits adds to the plan.
 *
 * @param slots kinds of photo that the company asks for with this type of order
 * @param own the company's checklists that the visit began with; null: it began before the company had its own
 */
export function planOf(facts: PlanFacts, slots: readonly string[], own: readonly Checklist[] | null = null, table: PlanTable = VISIT_PLAN): Plan {
  const given = { ...facts, model: facts.model ?? '', type: table.types.includes(facts.type) ? facts.type : 'other' }
  const lines = table.rules.filter(({ when = {} }) => fits(when, given))
  const all = (name: 'needs' | 'asks' | 'slots' | 'spares' | 'checks'): Set<string> => new Set(lines.flatMap((line) => line[name] ?? []))
  const [needs, asks, spared] = [all('needs'), all('asks'), all('spares')]
  const wanted = slots.filter((slot) => !spared.has(slot))
  const plan = {
    steps: table.steps.filter((step) => needs.has(step) || asks.has(step)),
    needs: table.steps.filter((step) => needs.has(step)),
    slots: [...wanted, ...[...all('slots')].filter((slot) => !wanted.includes(slot)).sort()],
    checks: table.checks.filter((check) => all('checks').has(check)),
  }
  return own === null ? plan : withLists(plan, fittingLists(own, facts), table)
}

/** One check and its answer; its names, where the company's list gave it some. */
export interface Checked {
  id: string
  ok: boolean | null
  name_zh?: string | null
  name_en?: string | null
}

/** What was checked so far, as the visit has it; whatever else stands there is no check. */
export function checksOf(visit: Data): Checked[] {
  const list = Array.isArray(visit['checklist']) ? (visit['checklist'] as unknown[]) : []
  return list.filter((one): one is Checked => typeof (one as { id?: unknown } | null)?.id === 'string')
}

/** Whether any of the fields that a step fills has something in it; of checks, all. */
export function isAnswered(plan: Plan, step: string, visit: Data, table: PlanTable = VISIT_PLAN): boolean {
  if (step === 'checklist') return plan.checks.length > 0 && plan.checks.every((check) => checksOf(visit).some(({ id }) => id === check))
  return (table.answers[step] ?? []).some((field) => {
    const value = visit[field] ?? null
    return value !== null && !(Array.isArray(value) && value.length === 0)
  })
}

/** What the plan needs and the visit does not have: steps, and `photo:<slot>`. */
export function missingOf(plan: Plan, visit: Data, photos: readonly string[], table: PlanTable = VISIT_PLAN): string[] {
  const open = plan.needs.filter((step) => step in table.answers && !isAnswered(plan, step, visit, table))
  return [...open, ...plan.slots.filter((slot) => !photos.includes(slot)).map((slot) => `photo:${slot}`)]
}
