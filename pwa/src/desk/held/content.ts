/** Held work as a person reads it: what it would change, line by line. Pure. */
import type { Json } from '@/protocol/json'
import { COMMANDS, KINDS, type Declared, type DeclaredObject } from '@/rules/tables'
import type { HeldWork } from '../data/types'

/** Codes of what is wrong with a field, by its path among the arguments. */
export type Wrong = Readonly<Record<string, readonly string[]>>

export interface Line {
  /** Path among the arguments: `quantity`, `changes.diagnosis`. */
  path: string
  /** The field's own name: its label is a word of the desk. */
  name: string
  value: Json
  /** What its author saw; undefined where nothing was edited. */
  was?: Json
  /** What stands there now; undefined where that is not known. */
  present?: Json
  wrong: readonly string[]
}

/** What a person can't read, or sees elsewhere on the card. */
const LEFT_OUT = new Set([
  'order_id', 'hash', 'sha256', 'report_hash', 'bytes', 'width', 'height', 'media_type', 'strokes', 'lat_e7', 'lng_e7', 'accuracy_m', 'content', 'method',
])
const isIdOfItself = (name: string): boolean => name.endsWith('_id') && !['part_id', 'part_line_id', 'training_id', 'fault_code_id', 'unit_id'].includes(name)

export function wrongOf(held: Pick<HeldWork, 'notes'>): Wrong {
  const note = held.notes.find((one) => (one as { note?: string }).note === 'invalid') as { fields?: Wrong } | undefined
  return note?.fields ?? {}
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What takes something back names it, where the server could say what it was. */
const OF_TAKEN_BACK: Record<string, string> = { 'visit.take_back_part': 'part_line_id', 'visit.take_back_training': 'training_id' }

function isTakenBack(field: string, { name, args, named }: Pick<HeldWork, 'name' | 'args'> & Partial<Pick<HeldWork, 'named'>>): boolean {
  const id = isObject(args) ? args[field] : undefined
  return OF_TAKEN_BACK[name] === field && typeof id === 'string' && id in (named ?? {})
}

/** The lines of a card: what is wrong with it first, then in the order of the command's declaration. */
export function linesOf(held: Pick<HeldWork, 'name' | 'args' | 'notes' | 'present'> & Partial<Pick<HeldWork, 'named'>>): Line[] {
  const wrong = wrongOf(held)
  const args = isObject(held.args) ? held.args : {}
  const named = [...new Set([...Object.keys(COMMANDS[held.name]?.args ?? {}), ...Object.keys(args), ...Object.keys(wrong).map((path) => path.split('.')[0] as string)])]
  const shown = named.filter((name) => !Object.values(OF_TAKEN_BACK).includes(name) || name in wrong || isTakenBack(name, held))
  const lines = shown.flatMap((name) => (name === 'changes' ? changesOf(args[name], held.present, wrong) : plain(name, args[name], wrong)))
  return [...lines.filter((line) => line.wrong.length > 0), ...lines.filter((line) => line.wrong.length === 0)]
}

function plain(name: string, value: Json | undefined, wrong: Wrong): Line[] {
  const faults = wrong[name] ?? []
  const unreadable = LEFT_OUT.has(name) || isIdOfItself(name)
  if (faults.length === 0 && (value === undefined || value === null || unreadable)) return []
  return [{ path: name, name, value: value ?? null, wrong: faults }]
}

function changesOf(changes: Json | undefined, present: Record<string, Json>, wrong: Wrong): Line[] {
  if (!isObject(changes)) return plain('changes', changes, wrong)
  return Object.entries(changes).map(([name, change]) => {
    const path = `changes.${name}`
    const faults = Object.entries(wrong).filter(([at]) => at === path || at.startsWith(`${path}.`)).flatMap(([, codes]) => codes)
    if (!isObject(change)) return { path, name, value: change, wrong: faults }
    const line: Line = { path, name, value: change['now'] ?? null, was: change['was'] ?? null, wrong: faults }
    if (name in present) line.present = present[name]
    return line
  })
}

export interface Editable extends Line {
  kind: 'text' | 'area' | 'number' | 'choice' | 'part' | 'fault_code'
  choices: readonly string[]
  required: boolean
}

/** Ids that are chosen by the name of what they stand for. */
const BY_NAME: Record<string, 'part' | 'fault_code'> = { part_id: 'part', fault_code_id: 'fault_code' }
const KINDS_OF_INPUT: Record<string, Editable['kind']> = { int: 'number', fen: 'number', text: 'area', string: 'text', id: 'text' }

function declaredAs(declared: Declared): DeclaredObject {
  return typeof declared === 'string' ? { type: declared } : declared
}

/** The lines that can be written anew, with the input that fits their declaration. */
export function editableOf(held: Pick<HeldWork, 'name' | 'args' | 'notes' | 'present'>): Editable[] {
  const args = COMMANDS[held.name]?.args ?? {}
  const changes = args['changes'] === undefined ? undefined : declaredAs(args['changes'])
  return linesOf(held).flatMap((line) => {
    const edited = line.path.startsWith('changes.')
    if (edited && !(changes?.fields as readonly string[]).includes(line.name)) return []
    const declared = edited ? KINDS[changes?.kind ?? '']?.[line.name] : args[line.name]
    return declared === undefined ? [] : editable(line, declaredAs(declared))
  })
}

function editable(line: Line, declared: DeclaredObject): Editable[] {
  const type = declared.type.replace('?', '')
  const kind = BY_NAME[line.name] ?? (declared.of === undefined ? KINDS_OF_INPUT[type] : 'choice')
  if (line.name === 'unit_id' && line.wrong.length === 0) return []
  if (kind === undefined || (typeof line.value === 'string' && line.value.startsWith('data:'))) return []
  return [{ ...line, kind, choices: declared.of ?? [], required: !declared.type.endsWith('?') }]
}

/**
 * The arguments with a person's values in place of the author's; what the command does not know is left out.
 *
 * @param values by path; an empty text means nothing
 */
export function changedArgs(held: Pick<HeldWork, 'name' | 'args'>, values: Readonly<Record<string, Json>>): Record<string, Json> {
  const declared = COMMANDS[held.name]?.args ?? {}
  const given = isObject(held.args) ? held.args : {}
  const found: Record<string, Json> = {}
  for (const name of Object.keys(declared)) {
    if (name === 'changes') found[name] = changedFields(declaredAs(declared[name] as Declared), given[name], values)
    else if (name in values) found[name] = values[name] as Json
    else if (name in given) found[name] = given[name] as Json
  }
  return found
}

function changedFields(declared: DeclaredObject, given: Json | undefined, values: Readonly<Record<string, Json>>): Json {
  const fields = declared.fields as readonly string[]
  const known = Object.entries(isObject(given) ? given : {}).filter(([name]) => fields.includes(name))
  return Object.fromEntries(
    known.map(([name, change]) => {
      const was = isObject(change) ? (change['was'] ?? null) : null
      const now = isObject(change) ? (change['now'] ?? null) : change
      return [name, { was, now: `changes.${name}` in values ? (values[`changes.${name}`] as Json) : now }]
    }),
  )
}
