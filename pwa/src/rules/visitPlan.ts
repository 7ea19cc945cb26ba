/** What a visit asks for, by the order's type and severity. The mirror of sync/visit_plan.py. */
import planJson from '@tables/visit_plan.json'
import type { Data } from './tables'

export interface PlanFacts {
  type: string
  severity: string
  /** The customer pays nothing. */
  covered: boolean
  /** Some parts were fitted. */
  parts: boolean
  /** A part with a serial came out. */
  old_part: boolean
}

interface PlanLine {
  when?: Partial<Record<string, readonly (string | boolean)[]>>
  needs?: readonly string[]
  asks?: readonly string[]
  slots?: readonly string[]
  spares?: readonly string[]
}

export interface PlanTable {
  version: number
  types: readonly string[]
  steps: readonly string[]
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
  const all = (name: 'needs' | 'asks' | 'slots' | 'spares'): Set<string> => new Set(lines.flatMap((line) => line[name] ?? []))
  const [needs, asks, spared] = [all('needs'), all('asks'), all('spares')]
  const wanted = slots.filter((slot) => !spared.has(slot))
  return {
    steps: table.steps.filter((step) => needs.has(step) || asks.has(step)),
    needs: table.steps.filter((step) => needs.has(step)),
    slots: [...wanted, ...[...all('slots')].filter((slot) => !wanted.includes(slot)).sort()],
  }
}

/** Whether any of the fields that a step fills has something in it. */
export function isAnswered(step: string, visit: Data, table: PlanTable = VISIT_PLAN): boolean {
  return (table.answers[step] ?? []).some((field) => {
    const value = visit[field] ?? null
    return value !== null && !(Array.isArray(value) && value.length === 0)
  })
}

/** What the plan needs and the visit does not have: steps, and `photo:<slot>`. */
export function missingOf(plan: Plan, visit: Data, photos: readonly string[], table: PlanTable = VISIT_PLAN): string[] {
  const open = plan.needs.filter((step) => step in table.answers && !isAnswered(step, visit, table))
  return [...open, ...plan.slots.filter((slot) => !photos.includes(slot)).map((slot) => `photo:${slot}`)]
}
