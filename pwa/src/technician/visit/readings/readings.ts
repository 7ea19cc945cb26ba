/** Readings against limits: whole numbers of a last decimal place, so that nothing is lost in a fraction. Pure. */
import { itemsOf } from '@/rules/visitPlan'
import type { Json } from '@/protocol/json'
import type { View } from '@/store/store'

/** A reading that the model has: its limits count in the last of `decimals` places. */
export interface Limit {
  code: string
  name_zh: string
  name_en: string | null
  measure: string
  decimals: number
  min: number | null
  max: number | null
}

/** A reading that was taken. */
export interface Reading {
  code: string
  value: number
  decimals: number
  [more: string]: Json
}

/** The readings that a model asks for. */
export function readingsOf(model: View<'product_model'> | undefined): Limit[] {
  return (model?.readings ?? []) as unknown as Limit[]
}

/** Those and what the checklists ask to be measured; the model's own limits stand. */
export function limitsOf(model: View<'product_model'> | undefined, lists: readonly View<'checklist'>[]): Limit[] {
  const own = readingsOf(model)
  const listed = itemsOf(lists, 'readings') as unknown as Limit[]
  return [...own, ...listed.filter(({ code }) => !own.some((one) => one.code === code))]
}

export function takenOf(readings: unknown): Reading[] {
  const list = Array.isArray(readings) ? readings : []
  return list.filter((one): one is Reading => typeof (one as Reading | null)?.code === 'string' && Number.isInteger((one as Reading).value))
}

const MOST = 999_999_999

/** What was typed as a whole number of the last place; nothing when it is no number, or finer than the scale. */
export function valueOf(text: string, decimals: number): number | null {
  const found = /^([+-]?)(\d+)(?:[.,。](\d*))?$/.exec(text.trim().replace('−', '-'))
  if (found === null) return null
  const [, sign, whole, part = ''] = found
  if (part.length > decimals) return null
  const value = Number(whole + part.padEnd(decimals, '0')) * (sign === '-' ? -1 : 1)
  return Math.abs(value) <= MOST ? value + 0 : null
}

/** A whole number of the last place, as a person writes it. */
export function textOf(value: number, decimals: number): string {
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0')
  const whole = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return (value < 0 ? '-' : '') + whole
}

export type Verdict = 'within' | 'below' | 'above'

export function verdictOf(value: number, { min, max }: Pick<Limit, 'min' | 'max'>): Verdict {
  if (min !== null && value < min) return 'below'
  return max !== null && value > max ? 'above' : 'within'
}

/** The limits in words: `28.0–31.5`, `≥ 28.0`, `≤ 31.5`, or nothing. */
export function rangeOf({ min, max, decimals }: Limit): string {
  if (min !== null && max !== null) return `${textOf(min, decimals)}–${textOf(max, decimals)}`
  if (min !== null) return `≥ ${textOf(min, decimals)}`
  return max === null ? '' : `≤ ${textOf(max, decimals)}`
}

/** The list with one reading taken, changed, or taken back. */
export function withReading(list: readonly Reading[], { code, decimals, measure, min, max, name_zh, name_en }: Limit, value: number | null): Reading[] {
  const others = list.filter((one) => one.code !== code)
  return value === null ? others : [...others, { code, value, decimals, measure, min, max, name_zh, name_en }]
}
