/** Declared effects of field commands: the mirror of sync/effects.py, so the view is not a second implementation. */
import type { Json, JsonObject } from '../protocol/json'
import { merge, ruleOf, type Edit, type PolicyTable } from './merge'
import { COMMANDS, KINDS, POLICY, TRANSITIONS, type Command, type Data, type Effect, type Expression, type Machine } from './tables'
import { step } from './transitions'

/** Facts about the action that are not among its arguments. */
export interface Meta {
  id: string | null
  actor: string | null
  /** Corrected time of the action; the phone's own estimate on the phone. */
  made_at: string
  side?: 'technician' | 'desk'
}

/** A record as it is; nothing when it is not known here. */
export type Read = (kind: string, id: string) => Data | undefined

/** What one effect does to one record: a new one, or fields to set. */
export interface Write {
  kind: string
  id: string
  new: boolean
  fields: Data
  notes: JsonObject[]
}

export interface Rules {
  policy: PolicyTable
  machines: Record<string, Machine>
}

export const RULES: Rules = { policy: POLICY, machines: TRANSITIONS }

/** The effects do not fit the records as they are; `reason` is a held code. */
export class Refused extends Error {
  override readonly name = 'Refused'

  constructor(readonly reason: string) {
    super(reason)
  }
}

/** The value of an expression; an absent argument is null. */
export function evaluate(expression: Expression, args: JsonObject, meta: Meta): Json {
  if (typeof expression === 'string') return evaluateText(expression, args, meta)
  if (typeof expression !== 'object' || expression === null) return expression
  if ('neg' in expression) return 0 - (evaluate(expression.neg, args, meta) as number)
  return expression.join.map((part) => String(evaluate(part, args, meta) as string)).join(':')
}

function evaluateText(expression: string, args: JsonObject, meta: Meta): Json {
  if (expression.startsWith('$')) return args[expression.slice(1)] ?? null
  if (expression.startsWith('@lit:')) return expression.slice('@lit:'.length)
  if (!expression.startsWith('@')) return expression
  return meta[expression.slice(1) as 'id' | 'actor' | 'made_at']
}

function evaluateAll(fields: Record<string, Expression>, args: JsonObject, meta: Meta): Data {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, evaluate(value, args, meta)]))
}

/** One command on its way through its effects. */
class Run {
  readonly writes: Write[] = []

  constructor(
    private readonly args: JsonObject,
    private readonly meta: Meta,
    private readonly read: Read,
    private readonly rules: Rules,
  ) {}

  apply(effect: Effect): void {
    const id = evaluate(effect.id, this.args, this.meta) as string
    this.writes.push({ ...this.written(effect, id), kind: effect.kind, id })
  }

  private written(effect: Effect, id: string): Pick<Write, 'new' | 'fields' | 'notes'> {
    switch (effect.do) {
      case 'create':
        if (this.read(effect.kind, id) !== undefined) throw new Refused('held_id_reused')
        return { new: true, fields: evaluateAll(effect.fields, this.args, this.meta), notes: [] }
      case 'set':
        return { new: false, ...this.edited(effect.kind, id, evaluate(effect.changes, this.args, this.meta)) }
      case 'fill':
        return { new: false, fields: this.empty(effect, this.record(effect.kind, id)), notes: [] }
      case 'append':
        return { new: false, fields: this.appended(effect, this.record(effect.kind, id)), notes: [] }
      case 'transition':
        return { new: false, ...this.moved(effect, id) }
    }
  }

  /** The record as the effects before this one have left it. */
  private record(kind: string, id: string): Data {
    let record = this.read(kind, id)
    for (const write of this.writes) if (write.kind === kind && write.id === id) record = { ...record, ...write.fields }
    if (record === undefined) throw new Refused('held_not_found')
    return record
  }

  private edited(kind: string, id: string, changes: Json): Pick<Write, 'fields' | 'notes'> {
    const record = this.record(kind, id)
    const fields: Data = {}
    const notes: JsonObject[] = []
    for (const [field, change] of Object.entries(changes as Record<string, { was: Json; now: Json }>)) {
      const edit: Edit = { ...change, side: this.meta.side ?? 'technician', at: this.meta.made_at }
      const current = record[field] ?? null
      const outcome = merge(ruleOf(this.rules.policy, kind, field), current, null, edit)
      if (outcome.value !== current) fields[field] = outcome.value
      if (outcome.note !== null) notes.push({ note: outcome.note, kind, id, field, kept: outcome.kept })
    }
    return { fields, notes }
  }

  private empty(effect: Effect & { do: 'fill' }, record: Data): Data {
    const values = Object.entries(evaluateAll(effect.fields, this.args, this.meta))
    return Object.fromEntries(values.filter(([name]) => (record[name] ?? null) === null))
  }

  private appended(effect: Effect & { do: 'append' }, record: Data): Data {
    const present = (record[effect.list] ?? []) as JsonObject[]
    const item = evaluateAll(effect.item, this.args, this.meta)
    const known = present.some((other) => other['id'] === item['id'])
    return { [effect.list]: known ? present : [...present, item] }
  }

  private moved(effect: Effect & { do: 'transition' }, id: string): Pick<Write, 'fields' | 'notes'> {
    const was = this.record(effect.kind, id)['status'] as string
    const found = step(this.rules.machines[effect.kind], was, effect.event)
    if (found === undefined) throw new Refused('held_transition')
    const note = { note: 'late', kind: effect.kind, id, event: effect.event, was, now: found.state }
    return { fields: found.state === was ? {} : { status: found.state }, notes: found.late ? [note] : [] }
  }
}

/**
 * What a command changes, exactly as the server sees it.
 *
 * @throws Refused when a record is missing, an id is taken, or a transition does not fit
 */
export function apply(command: Command, args: JsonObject, meta: Meta, read: Read, rules: Rules = RULES): Write[] {
  const run = new Run(args, meta, read, rules)
  for (const effect of command.effects) run.apply(effect)
  return run.writes
}

/** The command's declaration. */
export function commandOf(name: string): Command | undefined {
  return COMMANDS[name]
}

/** The record that an effect names. */
export function targetOf(effect: Effect, args: JsonObject, meta: Meta): { kind: string; id: string } | undefined {
  const id = evaluate(effect.id, args, meta)
  return typeof id === 'string' ? { kind: effect.kind, id } : undefined
}

/** Every record that a command may change: what must be read before `replay`. */
export function targetsOf(name: string, args: JsonObject, meta: Meta): { kind: string; id: string }[] {
  const targets = (COMMANDS[name]?.effects ?? []).map((effect) => targetOf(effect, args, meta))
  return targets.filter((target) => target !== undefined)
}

/** A record of a kind with nothing filled in. */
function blank(kind: string): Data {
  const fields = Object.entries(KINDS[kind] ?? {})
  return Object.fromEntries(fields.map(([name, type]) => [name, type === 'list' ? [] : null]))
}

/**
 * A command laid over a view: like `apply`, but an effect that does not fit is left out instead of refusing the whole.
 * The view is told by the server's verdict soon enough, and tolerates what has not come yet or is there already.
 *
 * @returns the new data of each record that changed
 */
export function replay(name: string, args: JsonObject, meta: Meta, read: Read): Map<string, { kind: string; id: string; data: Data }> {
  const seen = new Map<string, { kind: string; id: string; data: Data }>()
  const look: Read = (kind, id) => seen.get(`${kind} ${id}`)?.data ?? read(kind, id)
  for (const effect of COMMANDS[name]?.effects ?? []) {
    const run = new Run(args, meta, look, RULES)
    try {
      run.apply(effect)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
    for (const { kind, id, fields } of run.writes)
      seen.set(`${kind} ${id}`, { kind, id, data: { ...(look(kind, id) ?? blank(kind)), ...fields } })
  }
  return seen
}
