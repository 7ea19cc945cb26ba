/** Declared effects of field commands: the mirror of sync/effects.py, so the view is not a second implementation. */
import type { Json, JsonObject } from '../protocol/json'
import { merge, ruleOf, same, type PolicyTable, type Stamp } from './merge'
import { COMMANDS, KINDS, POLICY, TRANSITIONS, type Command, type Data, type Effect, type Expression, type Machine, type When } from './tables'
import { step } from './transitions'

/** Facts about the action that are not among its arguments. */
export interface Meta {
  id: string | null
  actor: string | null
  /** Corrected time of the action; the phone's own estimate on the phone. */
  made_at: string
  side?: 'technician' | 'desk'
  /** The journal that the mutation is from, and its place there. */
  journal?: string | null
  seq?: number
}

/** The stamps of a record's fields. The phone keeps none: it shows its own person's edits anyway. */
export type Edited = (kind: string, id: string) => Record<string, Stamp>

/** A record as it is; nothing when it is not known here. */
export type Read = (kind: string, id: string) => Data | undefined

/** What one effect does to one record: a new one, or fields to set. */
export interface Write {
  kind: string
  id: string
  new: boolean
  fields: Data
  notes: JsonObject[]
  /** The edited fields' new stamps. */
  stamps: Record<string, Stamp>
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

/** A field of a record that the command names; what nobody can read is null. */
type FieldOf = (record: Pick<Write, 'kind' | 'id'>, name: string) => Json

const NOTHING: FieldOf = () => null

/** The value of an expression; an absent argument is null. */
export function evaluate(expression: Expression, args: JsonObject, meta: Meta, fieldOf: FieldOf = NOTHING): Json {
  const value = (part: Expression): Json => evaluate(part, args, meta, fieldOf)
  if (typeof expression === 'string') return evaluateText(expression, args, meta)
  if (typeof expression !== 'object' || expression === null) return expression
  if ('neg' in expression) return 0 - (value(expression.neg) as number) // never -0
  if ('of' in expression) return fieldOf({ kind: expression.of, id: value(expression.id) as string }, expression.field)
  if ('first' in expression) return expression.first.map(value).find((one) => one !== null) ?? null
  return expression.join.map((part) => String(value(part) as string)).join(':')
}

function evaluateText(expression: string, args: JsonObject, meta: Meta): Json {
  if (expression.startsWith('$')) return args[expression.slice(1)] ?? null
  if (expression.startsWith('@lit:')) return expression.slice('@lit:'.length)
  if (!expression.startsWith('@')) return expression
  return meta[expression.slice(1) as 'id' | 'actor' | 'made_at' | 'side' | 'journal' | 'seq'] ?? null
}

type Change = { was: Json; now: Json }

/** One command on its way through its effects; each sees what those before it have left. */
class Run {
  private readonly changed = new Map<string, Data>()

  constructor(
    private readonly args: JsonObject,
    private readonly meta: Meta,
    private readonly read: Read,
    private readonly rules: Rules,
    private readonly edited: Edited,
  ) {}

  apply(effect: Effect): Write {
    const id = this.value(effect.id) as string
    const write: Write = { kind: effect.kind, id, new: effect.do === 'create', fields: {}, notes: [], stamps: {} }
    if (!this.applies(effect.when)) return { ...write, new: false }
    this.fill(effect, write)
    const key = `${write.kind} ${write.id}`
    this.changed.set(key, { ...this.changed.get(key), ...write.fields })
    return write
  }

  private fill(effect: Effect, write: Write): void {
    switch (effect.do) {
      case 'create':
        return this.create(effect, write)
      case 'set':
        return this.set(effect, write)
      case 'fill':
        return this.fillEmpty(effect, write)
      case 'append':
        return this.append(effect, write)
      case 'transition':
        return this.move(effect, write)
    }
  }

  private value(expression: Expression): Json {
    return evaluate(expression, this.args, this.meta, (record, name) => this.field(record, name))
  }

  private values(fields: Record<string, Expression>): Data {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, this.value(value)]))
  }

  /** A field as the effects before this one have left it; an unknown one is null. */
  private field({ kind, id }: Pick<Write, 'kind' | 'id'>, name: string): Json {
    const changed = this.changed.get(`${kind} ${id}`)
    if (changed !== undefined && name in changed) return changed[name] ?? null
    const record = this.read(kind, id)
    if (record === undefined && changed === undefined) throw new Refused('held_not_found')
    return record?.[name] ?? null
  }

  /** Whether a field of a record, as the effects before have left it, is what is asked for. */
  private applies(when: When | undefined): boolean {
    if (when === undefined) return true
    const id = this.value(when.id) as string
    const found = this.field({ kind: when.kind, id }, when.field)
    return 'is' in when ? found === when.is : found !== when.not
  }

  private create(effect: Effect & { do: 'create' }, write: Write): void {
    const taken = this.changed.has(`${write.kind} ${write.id}`) || this.read(write.kind, write.id) !== undefined
    if (taken) throw new Refused('held_id_reused')
    write.fields = this.values(effect.fields)
  }

  private set(effect: Effect & { do: 'set' }, write: Write): void {
    const stamps = this.edited(write.kind, write.id)
    const changes = this.value(effect.changes) as Record<string, Change>
    for (const [name, change] of Object.entries(changes)) this.edit(write, name, change, stamps[name])
  }

  private edit(write: Write, name: string, { was, now }: Change, stamp: Stamp | undefined): void {
    const { side = 'technician', made_at: at, journal = null, seq = 0 } = this.meta
    const current = this.field(write, name)
    const rule = ruleOf(this.rules.policy, write.kind, name)
    const outcome = merge(rule, current, stamp ?? null, { was, now, side, stamp: { at, journal, seq } })
    if (!same(outcome.value, current)) write.fields[name] = outcome.value
    if (outcome.stamp !== null) write.stamps[name] = outcome.stamp
    if (outcome.note !== null)
      write.notes.push({ note: outcome.note, kind: write.kind, id: write.id, field: name, kept: outcome.kept })
  }

  private fillEmpty(effect: Effect & { do: 'fill' }, write: Write): void {
    for (const [name, value] of Object.entries(effect.fields))
      if (this.field(write, name) === null) write.fields[name] = this.value(value)
  }

  private append({ list, item: fields }: Effect & { do: 'append' }, write: Write): void {
    const present = (this.field(write, list) ?? []) as JsonObject[]
    const item = this.values(fields)
    if (present.some((other) => other['id'] === item['id'])) return
    write.fields[list] = [...present, item].sort(byAge) // the same list whichever note came first
  }

  private move({ event }: Effect & { do: 'transition' }, write: Write): void {
    const was = this.field(write, 'status') as string
    const found = step(this.rules.machines[write.kind], was, event)
    if (found === undefined) throw new Refused('held_transition')
    if (found.state !== was) write.fields['status'] = found.state
    if (found.late) write.notes.push({ note: 'late', kind: write.kind, id: write.id, event, was, now: found.state })
  }
}

function byAge(one: JsonObject, other: JsonObject): number {
  const age = (item: JsonObject): string => `${(item['at'] as string | undefined) ?? ''} ${item['id'] as string}`
  return age(one) < age(other) ? -1 : 1
}

/**
 * What a command changes, one write for each of its effects, exactly as the server sees it. Nothing is written by this.
 *
 * @throws Refused when a record is missing, an id is taken, or a transition does not fit
 */
export function apply(
  command: Pick<Command, 'effects'>,
  args: JsonObject,
  meta: Meta,
  read: Read,
  rules: Rules = RULES,
  edited: Edited = () => ({}),
): Write[] {
  const run = new Run(args, meta, read, rules, edited)
  return command.effects.map((effect) => run.apply(effect))
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
    const write = tolerated(effect, args, meta, look)
    if (write === undefined) continue
    const { kind, id, fields } = write
    if (!write.new && look(kind, id) === undefined) continue // an effect that does not apply makes no record
    seen.set(`${kind} ${id}`, { kind, id, data: { ...(look(kind, id) ?? blank(kind)), ...fields } })
  }
  return seen
}

function tolerated(effect: Effect, args: JsonObject, meta: Meta, read: Read): Write | undefined {
  try {
    return apply({ effects: [effect] }, args, meta, read)[0]
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw error
  }
}
