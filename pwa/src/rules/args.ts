/** Checks a command's arguments by their declaration: the same check that the server makes. */
import { COMMANDS, KINDS, type Declared, type DeclaredObject } from './tables'

/** Problems by field, each a code. */
export type Problems = Record<string, string[]>

/** The arguments don't fit the command: a field is named for each problem. */
export class InvalidArgs extends Error {
  override readonly name = 'InvalidArgs'

  constructor(
    readonly command: string,
    readonly problems: Problems,
  ) {
    super(`${command}: ${JSON.stringify(problems)}`)
  }
}

type Check = (value: unknown, declared: DeclaredObject) => string | null

const DEFAULT_MAX: Record<string, number> = { string: 200, text: 4000, json: 256 * 1024 }

const PATTERNS: Record<string, RegExp> = {
  id: /^[0-9a-z:_-]{1,80}$/,
  hash: /^[0-9a-f]{64}$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
}

function text(value: unknown, declared: DeclaredObject): string | null {
  if (typeof value !== 'string') return 'type'
  const length = [...value].length // characters, as a person counts them
  if (length > (declared.max ?? DEFAULT_MAX[declared.type] ?? 200)) return 'max'
  if (length < (declared.min ?? 0)) return 'min'
  return declared.of === undefined || declared.of.includes(value) ? null : 'of'
}

function whole(value: unknown, declared: DeclaredObject): string | null {
  if (!Number.isSafeInteger(value)) return 'type'
  if ((value as number) < (declared.min ?? -Infinity)) return 'min'
  return (value as number) > (declared.max ?? Infinity) ? 'max' : null
}

function pattern(value: unknown, declared: DeclaredObject): string | null {
  return typeof value === 'string' && PATTERNS[declared.type]?.test(value) === true ? null : 'type'
}

function json(value: unknown, declared: DeclaredObject): string | null {
  if (value === undefined || typeof value === 'function') return 'type'
  return new TextEncoder().encode(JSON.stringify(value)).length > (declared.max ?? DEFAULT_MAX['json']!) ? 'max' : null
}

function list(value: unknown, declared: DeclaredObject): string | null {
  if (!Array.isArray(value)) return 'type'
  if (value.length > (declared.max ?? Infinity)) return 'max'
  if (value.length < (declared.min ?? 0)) return 'min'
  if (declared.item === undefined) return null
  for (const item of value) {
    const problem = checkValue(item, declared.item)
    if (problem !== null) return problem
  }
  return null
}

function object(value: unknown, declared: DeclaredObject): string | null {
  if (!isPlain(value)) return 'type'
  const problems = checkFields(value, declared.fields as Record<string, Declared>)
  return Object.values(problems)[0]?.[0] ?? null
}

/** `{field: {was, now}}` with fields that may be edited. */
function changes(value: unknown, declared: DeclaredObject): string | null {
  if (!isPlain(value)) return 'type'
  if (Object.keys(value).length === 0) return 'min'
  const kind = KINDS[declared.kind ?? ''] ?? {}
  for (const [field, change] of Object.entries(value)) {
    if (!(declared.fields as readonly string[]).includes(field)) return 'of'
    if (!isPlain(change) || !('was' in change) || !('now' in change)) return 'type'
    const problem = checkValue(change['now'], optional(kind[field] ?? 'json'))
    if (problem !== null) return problem
  }
  return null
}

const CHECKS: Record<string, Check> = {
  id: pattern,
  hash: pattern,
  time: pattern,
  date: pattern,
  string: text,
  text,
  int: whole,
  fen: whole,
  bool: (value) => (typeof value === 'boolean' ? null : 'type'),
  json,
  list,
  object,
  changes,
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function optional(declared: Declared): Declared {
  if (typeof declared === 'string') return declared.endsWith('?') ? declared : `${declared}?`
  return { ...declared, type: declared.type.endsWith('?') ? declared.type : `${declared.type}?` }
}

/** The problem of one value, or null. */
export function checkValue(value: unknown, declared: Declared): string | null {
  const given = typeof declared === 'string' ? { type: declared } : declared
  const mayMiss = given.type.endsWith('?')
  if (value === null || value === undefined) return mayMiss ? null : 'required'
  const type = mayMiss ? given.type.slice(0, -1) : given.type
  const check = CHECKS[type]
  if (check === undefined) throw new Error(`a table has the unknown type ${given.type}`)
  return check(value, { ...given, type })
}

function checkFields(args: Record<string, unknown>, fields: Record<string, Declared>): Problems {
  const problems: Problems = {}
  for (const [name, declared] of Object.entries(fields)) {
    const problem = checkValue(args[name], declared)
    if (problem !== null) problems[name] = [problem]
  }
  for (const name of Object.keys(args)) if (!(name in fields)) problems[name] = ['unknown']
  return problems
}

/** What is wrong with a command's arguments; empty when nothing is. */
export function checkArgs(command: string, args: Record<string, unknown>): Problems {
  return checkFields(args, COMMANDS[command]?.args ?? {})
}
