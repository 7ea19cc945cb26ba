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

/**
 * Every line of the table that fits adds to the plan.
 *
 * @param slots kinds of photo that the company asks for with this type of order
 */
export function planOf(facts: PlanFacts, slots: readonly string[], table: PlanTable = VISIT_PLAN): Plan {
  const given = { ...facts, type: table.types.includes(facts.type) ? facts.type : 'other' }
  const lines = table.rules.filter(({ when = {} }) => fits(when, given))
  const all = (name: 'needs' | 'asks' | 'slots' | 'spares' | 'checks'): Set<string> => new Set(lines.flatMap((line) => line[name] ?? []))
  const [needs, asks, spared] = [all('needs'), all('asks'), all('spares')]
  const wanted = slots.filter((slot) => !spared.has(slot))
  return {
    steps: table.steps.filter((step) => needs.has(step) || asks.has(step)),
    needs: table.steps.filter((step) => needs.has(step)),
    slots: [...wanted, ...[...all('slots')].filter((slot) => !wanted.includes(slot)).sort()],
    checks: table.checks.filter((check) => all('checks').has(check)),
  }
}

/** What was checked so far, as the visit has it; whatever else stands there is no check. */
export function checksOf(visit: Data): { id: string; ok: boolean | null }[] {
  const list = Array.isArray(visit['checklist']) ? (visit['checklist'] as unknown[]) : []
  return list.filter((one): one is { id: string; ok: boolean | null } => typeof (one as { id?: unknown } | null)?.id === 'string')
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
