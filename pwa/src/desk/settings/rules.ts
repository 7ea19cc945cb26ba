/** The company's clocks, hours and holidays: as they are read, and as their forms have them. */
import type { Value, Values } from '../forms/fields'

export const LADDER = ['dispatcher', 'regional_manager', 'director'] as const

export interface ClockRule {
  id: string
  name_zh: string
  name_en: string | null
  measures: string
  minutes: number
  mode: string
  type: string | null
  urgency: string | null
  ladder: { role: string; after_minutes: number }[]
  active: boolean
}

export interface ClockSettings {
  rules: ClockRule[]
  hours: { weekdays: number[]; opens: number; closes: number }
  holidays: { day: string; works: boolean; name: string }[]
}

/** A clock as its form has it: who is told after how many minutes, one field each. */
export function formOf(rule: ClockRule): Record<string, unknown> {
  const told = Object.fromEntries(rule.ladder.map(({ role, after_minutes }) => [`after_${role}`, after_minutes]))
  return { ...rule, ...told }
}

/** The form's values as arguments; who has no minutes is not told. */
export function ruleOf(values: Values): object {
  const ladder = LADDER.flatMap((role) => {
    const minutes = values[`after_${role}`]
    return typeof minutes === 'number' ? [{ role, after_minutes: minutes }] : []
  })
  const rest = Object.entries(values).filter(([name]) => !name.startsWith('after_'))
  return { ...Object.fromEntries(rest), ladder }
}

const MINUTES = 60
export const clockOf = (minutes: number): string => `${String(Math.floor(minutes / MINUTES)).padStart(2, '0')}:${String(minutes % MINUTES).padStart(2, '0')}`

/** `09:30` as minutes after midnight; null for what is no time. */
export function minutesOf(text: Value | undefined): number | null {
  const found = typeof text === 'string' ? /^(\d{1,2}):(\d\d)/.exec(text) : null
  return found === null ? null : Number(found[1]) * MINUTES + Number(found[2])
}

export function hoursOf(values: Values): object {
  const days = Array.isArray(values['weekdays']) ? values['weekdays'] : []
  return { weekdays: days.map(Number).sort(), opens: minutesOf(values['opens']), closes: minutesOf(values['closes']) }
}
