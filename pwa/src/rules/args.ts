/** Checks a command's arguments by their declaration: the mirror of sync/args.py, proved by the same vectors. */
import type { Json, JsonObject } from '../protocol/json'
import { canonical, NotCanonical } from './canonical'
import { COMMANDS, KINDS, type Declared, type DeclaredObject } from './tables'

/** Codes of errors.json by dotted path. */
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

const ID = /^[A-Za-z0-9_.:-]{1,80}$/
const HASH = /^[0-9a-f]{64}$/
/** A day that there is: no database keeps 30 February, or the year 0. */
const LEAP = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const DAY = `(?!0000)(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))|${LEAP}-02-29)`
const TIME = new RegExp(`^${DAY}T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$`)
const DATE = new RegExp(`^${DAY}$`)
/** What a column for whole numbers holds in either database; money has a wider one. */
const WHOLE_MAX = 2 ** 31 - 1
const JSON_BYTES = 256 * 1024
const LONGEST: Record<string, number> = { string: 200, text: 4000 }
const LONGEST_LIST = 1000

type Kinds = Record<string, Record<string, Declared>>
type Simple = (value: unknown, options: DeclaredObject) => string | null

function pattern(expression: RegExp, code: string): Simple {
  return (value) => (typeof value === 'string' && expression.test(value) ? null : code)
}

function text(value: unknown, options: DeclaredObject): string | null {
  if (typeof value !== 'string' || value.includes('\0')) return 'field_type' // no database keeps a NUL
  if (options.of !== undefined && !options.of.includes(value)) return 'field_choice'
  const longest = options.max ?? LONGEST[bare(options.type)] ?? LONGEST['text']!
  const length = [...value].length // characters; an emoji is one
  return length >= (options.min ?? 0) && length <= longest ? null : 'field_length'
}

function whole(far: number): Simple {
  return (value, options) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return 'field_type'
    return value >= (options.min ?? -far) && value <= (options.max ?? far) ? null : 'field_range'
  }
}

function json(value: unknown, options: DeclaredObject): string | null {
  try {
    const size = new TextEncoder().encode(canonical(value)).length
    return size <= (options.max ?? JSON_BYTES) ? null : 'field_length'
  } catch (error) {
    if (error instanceof NotCanonical) return 'field_type'
    throw error
  }
}

const SIMPLE: Record<string, Simple> = {
  id: pattern(ID, 'field_id'),
  hash: pattern(HASH, 'field_type'),
  time: pattern(TIME, 'field_time'),
  date: pattern(DATE, 'field_time'),
  string: text,
  text,
  int: whole(WHOLE_MAX),
  fen: whole(Number.MAX_SAFE_INTEGER),
  bool: (value) => (typeof value === 'boolean' ? null : 'field_type'),
  json,
  list: (value, options) => (Array.isArray(value) ? json(value, options) : 'field_type'),
}

function bare(type: string): string {
  return type.endsWith('?') ? type.slice(0, -1) : type
}

function simple(type: string): Simple {
  const check = SIMPLE[bare(type)]
  if (check === undefined) throw new Error(`a table has the unknown type ${type}`)
  return check
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function optionsOf(declared: Declared): DeclaredObject {
  return typeof declared === 'string' ? { type: declared } : declared
}

/** What is wrong with a value of a field type of kinds.json; null if nothing is. */
export function valueError(declared: Declared, value: unknown): string | null {
  const options = optionsOf(declared)
  if (value === null || value === undefined) return options.type.endsWith('?') ? null : 'field_required'
  return simple(options.type)(value, options)
}

class Checking {
  readonly problems: Problems = {}

  constructor(private readonly kinds: Kinds) {}

  object(fields: Record<string, Declared>, value: unknown, path: string): JsonObject {
    if (!isPlain(value)) {
      this.problems[path === '' ? 'args' : path] = ['field_type']
      return {}
    }
    for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name)) this.problems[join(path, name)] = ['field_unknown']
    const checked = Object.entries(fields).map(([name, of]) => [name, this.value(of, value[name], join(path, name))])
    return Object.fromEntries(checked) as JsonObject
  }

  value(declared: Declared, value: unknown, path: string): Json {
    const options = optionsOf(declared)
    if (value === null || value === undefined) {
      if (!options.type.endsWith('?')) this.problems[path] = ['field_required']
      return null
    }
    switch (bare(options.type)) {
      case 'object':
        return this.object(options.fields as Record<string, Declared>, value, path)
      case 'list':
        return options.item === undefined ? this.plain(options, value, path) : this.list(options, options.item, value, path)
      case 'changes':
        return this.changes(options, value, path)
      default:
        return this.plain(options, value, path)
    }
  }

  private plain(options: DeclaredObject, value: unknown, path: string): Json {
    const code = simple(options.type)(value, options)
    if (code !== null) this.problems[path] = [code]
    return value as Json
  }

  private list(options: DeclaredObject, item: Declared, value: unknown, path: string): Json {
    if (!Array.isArray(value)) {
      this.problems[path] = ['field_type']
    } else if (value.length < (options.min ?? 0) || value.length > (options.max ?? LONGEST_LIST)) {
      this.problems[path] = ['field_length']
    } else {
      return value.map((one, at) => this.value(item, one, `${path}.${at}`))
    }
    return value as Json
  }

  /** `{field: {was, now}}`, each `now` of the type that kinds.json gives the field. */
  private changes(options: DeclaredObject, value: unknown, path: string): Json {
    if (!isPlain(value) || Object.keys(value).length === 0) {
      this.problems[path] = [isPlain(value) ? 'field_required' : 'field_type']
      return value as Json
    }
    for (const [name, change] of Object.entries(value)) {
      const code = this.change(options, name, change)
      if (code !== null) this.problems[join(path, name)] = [code]
    }
    return value as Json
  }

  private change(options: DeclaredObject, name: string, change: unknown): string | null {
    if (!(options.fields as readonly string[]).includes(name)) return 'field_unknown'
    if (!isPlain(change) || Object.keys(change).sort().join() !== 'now,was') return 'field_type'
    return valueError(this.kinds[options.kind ?? '']?.[name] ?? 'json', change['now'])
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** Checks arguments against a declaration: what is clean (null for what is optional and absent), and what is wrong. */
export function check(
  declared: Record<string, Declared>,
  args: unknown,
  kinds: Kinds = KINDS,
): { clean: JsonObject; problems: Problems } {
  const checking = new Checking(kinds)
  const clean = checking.object(declared, args, '')
  return { clean, problems: checking.problems }
}

/** What is wrong with a command's arguments; empty when nothing is. */
export function checkArgs(command: string, args: unknown): Problems {
  return check(COMMANDS[command]?.args ?? {}, args).problems
}
