/** A form as data: its fields, what they are, and how their values become a command's arguments. */
import type { Query } from '@/protocol/rest'

export type Value = string | number | boolean | string[] | null
export type Values = Record<string, Value>

export interface Option {
  value: string
  label: string
}

/** Something chosen by searching the server. */
export interface Lookup {
  path: string
  /** Narrows the search by what is chosen already; null: not yet to be chosen. */
  query?: (values: Values) => Query | null
  label: (item: Record<string, unknown>) => string
}

export interface Field {
  name: string
  /** Words for it: `fields.<label>`; the name itself when left out. */
  label?: string
  kind: 'text' | 'area' | 'number' | 'day' | 'choice' | 'many' | 'words' | 'lookup' | 'check' | 'password' | 'money' | 'time'
  required?: boolean
  /** Words: `hints.<hint>`. */
  hint?: string
  options?: () => readonly Option[]
  lookup?: Lookup
  /** Can't be changed once it is there. */
  fixed?: boolean
  /** The whole width of the form. */
  wide?: boolean
  autocomplete?: string
  initial?: Value
}

const EMPTY: Partial<Record<Field['kind'], Value>> = { many: [], words: [], check: false, number: null, money: null }

function emptyOf(kind: Field['kind']): Value {
  const value = EMPTY[kind]
  return value === undefined ? '' : value
}

/** What a form starts with: the record's values, else the fields' own. */
export function initialValues(fields: readonly Field[], record: Readonly<Record<string, unknown>> = {}): Values {
  const values: Values = {}
  for (const field of fields) {
    const present = record[field.name]
    const fallback = field.initial ?? emptyOf(field.kind)
    values[field.name] = present === undefined || present === null ? fallback : (present as Value)
  }
  return values
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

/**
 * The values as arguments of a command: texts trimmed, what is empty as null.
 *
 * @param was the record that is edited; unchanged fields are left out then.
 */
export function argumentsOf(fields: readonly Field[], values: Values, was?: Readonly<Record<string, unknown>>): Values {
  const args: Values = {}
  for (const { name, fixed } of fields) {
    const raw = values[name] ?? null
    const value = isEmpty(raw) ? null : typeof raw === 'string' ? raw.trim() : raw
    if (was === undefined) {
      if (value !== null) args[name] = value
    } else if (fixed !== true && JSON.stringify(value) !== JSON.stringify(was[name] ?? null)) {
      args[name] = value
    }
  }
  return args
}
