/** Runs a field command's declared effects on records: the same declaration that the server runs. */
import type { Json, JsonObject } from '../protocol/json'
import { COMMANDS, KINDS, type Command, type Data, type Effect, type Expression } from './tables'
import { step } from './transitions'

/** Who did it, when, under which mutation id. */
export interface Meta {
  actor: string
  made_at: string
  id: string
}

/** A record before or after; nothing when it is not known here. */
export type Read = (kind: string, id: string) => Data | undefined

/** The new data of one record. */
export interface Write {
  kind: string
  id: string
  data: Data
}

/** The value of an expression; a missing argument is null. */
export function evaluate(expression: Expression, args: JsonObject, meta: Meta): Json {
  if (typeof expression === 'string') return evaluateText(expression, args, meta)
  if (typeof expression !== 'object' || expression === null) return expression
  if ('neg' in expression) {
    const value = evaluate(expression.neg, args, meta)
    return typeof value === 'number' ? 0 - value : value
  }
  return expression.join.map((part) => joined(evaluate(part, args, meta))).join(':')
}

function joined(value: Json): string {
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(value)
}

function evaluateText(expression: string, args: JsonObject, meta: Meta): Json {
  if (expression.startsWith('$')) return args[expression.slice(1)] ?? null
  if (expression.startsWith('@lit:')) return expression.slice('@lit:'.length)
  switch (expression) {
    case '@actor':
      return meta.actor
    case '@made_at':
      return meta.made_at
    case '@id':
      return meta.id
    default:
      return expression
  }
}

function evaluateAll(fields: Record<string, Expression>, args: JsonObject, meta: Meta): Data {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, evaluate(value, args, meta)]))
}

/** A record of a kind with nothing filled in. */
function blank(kind: string): Data {
  const fields = Object.entries(KINDS[kind] ?? {})
  return Object.fromEntries(fields.map(([name, type]) => [name, type === 'list' ? [] : null]))
}

/** The record that an effect names. */
export function targetOf(effect: Effect, args: JsonObject, meta: Meta): { kind: string; id: string } | undefined {
  const id = evaluate(effect.id, args, meta)
  return typeof id === 'string' ? { kind: effect.kind, id } : undefined
}

/** The command's declaration. */
export function commandOf(name: string): Command | undefined {
  return COMMANDS[name]
}

/** Every record that a command may change: what must be read before `replay`. */
export function targetsOf(name: string, args: JsonObject, meta: Meta): { kind: string; id: string }[] {
  const targets = (COMMANDS[name]?.effects ?? []).map((effect) => targetOf(effect, args, meta))
  return targets.filter((target) => target !== undefined)
}

function edited(before: Data, changes: Json): Data {
  const after = { ...before }
  for (const [field, change] of Object.entries((changes ?? {}) as Record<string, { now: Json }>)) after[field] = change.now
  return after
}

function appended(before: Data, list: string, item: Data): Data {
  const items = Array.isArray(before[list]) ? before[list] : []
  const known = items.some((one) => (one as JsonObject)['id'] === item['id'])
  return known ? before : { ...before, [list]: [...items, item] }
}

function filled(before: Data, fields: Data): Data {
  const open = Object.entries(fields).filter(([name]) => before[name] === null || before[name] === undefined)
  return { ...before, ...Object.fromEntries(open) }
}

function moved(kind: string, before: Data, event: string): Data {
  const taken = step(kind, (before['status'] as string | null) ?? null, event)
  return taken.outcome === 'refused' ? before : { ...before, status: taken.to }
}

/** The data after one effect; nothing when the record it changes is not here. */
function after(effect: Effect, before: Data | undefined, args: JsonObject, meta: Meta): Data | undefined {
  if (effect.do === 'create') return before ?? { ...blank(effect.kind), ...evaluateAll(effect.fields, args, meta) }
  if (before === undefined) return undefined // a view tolerates what has not come yet
  switch (effect.do) {
    case 'set':
      return edited(before, evaluate(effect.changes, args, meta))
    case 'append':
      return appended(before, effect.list, evaluateAll(effect.item, args, meta))
    case 'fill':
      return filled(before, evaluateAll(effect.fields, args, meta))
    case 'transition':
      return moved(effect.kind, before, effect.event)
  }
}

/**
 * What a command does to the records that are here, in the order of its effects.
 * The phone's own view: consequences that only the server knows are not shown early.
 */
export function replay(name: string, args: JsonObject, meta: Meta, read: Read): Write[] {
  const written = new Map<string, Write>()
  for (const effect of COMMANDS[name]?.effects ?? []) {
    const target = targetOf(effect, args, meta)
    if (target === undefined) continue
    const key = `${target.kind} ${target.id}`
    const data = after(effect, written.get(key)?.data ?? read(target.kind, target.id), args, meta)
    if (data !== undefined) written.set(key, { ...target, data })
  }
  return [...written.values()]
}
