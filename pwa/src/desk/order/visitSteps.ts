/** What a visit recorded beside its words: readings, checks, the machine that stood there. Pure. */
import { checksOf } from '@/rules/visitPlan'
import type { Json } from '@/protocol/json'
import type { TwoNames } from '../parts/names'

interface Reading extends TwoNames {
  code: string
  value: number
  decimals: number
  measure?: string
  min?: number | null
  max?: number | null
}

function isReading(one: unknown): one is Reading {
  const { code, value, decimals } = (one ?? {}) as Partial<Reading>
  return typeof code === 'string' && Number.isInteger(value) && Number.isInteger(decimals)
}

/** A whole number of the last decimal place, as a person writes it. */
function figure(value: number, decimals: number): string {
  return (value / 10 ** decimals).toFixed(decimals)
}

/** The tags of the parts that came out at a visit: a failed part that must come back is at hand once there is one. */
export function tagsOf(visit: string, oldParts: readonly { visit_id: string; tag: string; status: string }[]): string {
  return oldParts.filter(({ visit_id, status }) => visit_id === visit && status !== 'taken_back').map(({ tag }) => tag).join(' · ')
}

export interface ReadingLine {
  name: TwoNames
  text: string
  out: boolean
}

export function readingLines(readings: unknown): ReadingLine[] {
  return (Array.isArray(readings) ? readings.filter(isReading) : []).map((one) => ({
    name: { name_zh: one.name_zh ?? one.code, name_en: one.name_en ?? null },
    text: `${figure(one.value, one.decimals)} ${one.measure ?? ''}`.trim(),
    out: (one.min != null && one.value < one.min) || (one.max != null && one.value > one.max),
  }))
}

/** How many were checked, and which were not in order: each with its own words, where it was asked in some. */
export function checkFigures({ checklist }: { checklist?: Json[] | null }): { n: number; bad: (TwoNames & { id: string })[] } {
  const checks = checksOf({ checklist: checklist ?? null })
  return { n: checks.length, bad: checks.filter(({ ok }) => ok === false) }
}
