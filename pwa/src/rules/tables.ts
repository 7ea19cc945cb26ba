/**
 * The rules as data: the same files that the server reads, typed once here. The values here are what every start of the
 * phone needs; of the others each has its own file, so that it comes with the screen that asks for it.
 */
import commandsJson from '@tables/commands.json'
import kindsJson from '@tables/kinds.json'
import policyJson from '@tables/policy.json'
import transitionsJson from '@tables/transitions.json'
import type { Json } from '../protocol/json'

/** An expression of an effect: `$argument`, `@meta`, `{neg}`, `{join}`, `{of}` for a record's field, or a literal. */
export type Expression =
  | string
  | number
  | boolean
  | null
  | { neg: Expression }
  | { first: Expression[] }
  | { join: Expression[] }
  | { of: string; id: Expression; field: string }

/** On what an effect depends: a field of a record that the command names as well, so that it has been read. */
export type When = { kind: string; id: Expression; field: string } & ({ is: string | null } | { not: string | null })

export type Effect = { when?: When } & (
  | { do: 'create'; kind: string; id: Expression; fields: Record<string, Expression> }
  | { do: 'set'; kind: string; id: Expression; changes: string }
  | { do: 'append'; kind: string; id: Expression; list: string; item: Record<string, Expression> }
  | { do: 'transition'; kind: string; id: Expression; event: string }
  | { do: 'fill'; kind: string; id: Expression; fields: Record<string, Expression> }
)

/** A declared type: a name, or a name with bounds. A trailing `?` means that it may be null or absent. */
export type Declared = string | DeclaredObject
export interface DeclaredObject {
  type: string
  min?: number
  max?: number
  of?: readonly string[]
  kind?: string
  fields?: readonly string[] | Record<string, Declared>
  item?: Declared
}

export interface Command {
  version: number
  roles: readonly string[]
  args: Record<string, Declared>
  effects: readonly Effect[]
}

export interface Transition {
  from: readonly string[]
  to: string
  /** States in which a late event changes nothing. */
  keep?: readonly string[]
  /** States from which a late event leads elsewhere. */
  map?: Record<string, string>
}

export interface Machine {
  states: readonly string[]
  initial: string
  events: Record<string, Transition>
}

export type Policy = { rule: 'owner'; owner: 'desk' | 'technician' } | { rule: 'shared' | 'append' | 'transition' | 'fixed' }

export interface ReportJoin {
  kind: string
  id: string
  fields: readonly string[]
}

export interface ReportSection {
  as: string
  kind: string
  fields: readonly string[]
  /** The company's: there is one. */
  one?: boolean
  /** A path to the id: `order_id`, `order.site_id`. */
  id?: string
  where?: Record<string, string>
  /** A record in which this field says something is left out. */
  unless?: string
  sort?: readonly string[]
  join?: readonly ReportJoin[]
}

export interface ReportTable {
  template: string
  version: number
  sections: readonly ReportSection[]
  computed: readonly string[]
}

export interface EntitlementLine {
  basis: string
  clause: string
  covered: boolean
  /** The field of the unit with the last day; none: it holds always. */
  until?: string
  /** Repairs and days of rest put off that day. */
  extended?: boolean
}

export interface RemedyRule {
  clause: string
  remedies: readonly string[]
  borne_by?: string
  through_day?: number
  repairs?: number
  parts_wait_over?: number
  repairer_wait_over?: number
}

export interface EntitlementTable {
  pack: string
  version: number
  order: readonly EntitlementLine[]
  /** Per basis that a person may decide on, whether it covers. */
  decided: Record<string, boolean>
  repair_types: readonly string[]
  calendar: { rest: readonly (readonly [string, string])[]; work: readonly string[]; every_year: readonly string[] }
  packs: Record<string, { version: number; rules: readonly RemedyRule[] }>
}

/** What a device's key stands for, by command: arguments as they are, and those by their hash. */
export type StatementTable = Record<string, { plain: readonly string[]; hashed: readonly string[] }>

export const KINDS = kindsJson as Record<string, Record<string, Declared>>
export const COMMANDS = commandsJson as unknown as Record<string, Command>
export const TRANSITIONS = transitionsJson as unknown as Record<string, Machine>
export const POLICY = policyJson as unknown as Record<string, Record<string, Policy>>

/** The data of a record, as it is synced. */
export type Data = Record<string, Json>
