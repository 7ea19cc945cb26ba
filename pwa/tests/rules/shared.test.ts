// @vitest-environment node
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@/protocol/json'
import type { Entry } from '@/protocol/messages'
import { check, type Problems } from '@/rules/args'
import { canonical, hashOf, NotCanonical } from '@/rules/canonical'
import { apply, Refused, type Meta, type Write } from '@/rules/effects'
import { agreedMinutes, agreedTo, charge, needsSignature, type Charge, type Priced } from '@/rules/charges'
import { metresBetween, type Position } from '@/rules/distance'
import { coverDay, entitlementOf, type Entitlement } from '@/rules/entitlement'
import { actionHash, entryHash, GENESIS } from '@/rules/journal'
import { spansOf, workedMinutes } from '@/rules/labour'
import { merge, ruleOf, type Edit, type Outcome, type PolicyTable, type Stamp } from '@/rules/merge'
import { remediesOf, waitsOf, type Remedies, type Stay, type Waits } from '@/rules/remedies'
import { compose, seal, type Given, type Identified, type Records, type ReportContent } from '@/rules/report'
import { COMMANDS, POLICY, TRANSITIONS, type Data, type Declared, type Effect, type Machine, type Policy, type ReportTable } from '@/rules/tables'
import { measureIn } from '@/ui/measures'
import { serialsDiffer } from '@/rules/serials'
import { changedSteps, partsSince, type Dated, type Now } from '@/rules/since'
import { statementText } from '@/rules/statements'
import { step, type Step } from '@/rules/transitions'
import { enough, workFor } from '@/rules/work'
import { missingOf, planOf, VISIT_PLAN, type Checklist, type Plan, type PlanFacts } from '@/rules/visitPlan'
import { STEPS } from '@/technician/visit/names'
import { pairsOf } from '@/ui/report/pairs'
import { casesOf, fileOf, journals } from './vectors'

interface CanonicalCase {
  value: unknown
  text?: string
  sha256?: string
  refused?: boolean
}

describe('canonical JSON', () => {
  test.each(casesOf<CanonicalCase>('canonical'))('$name', ({ value, text, sha256 }) => {
    if (text === undefined) return expect(() => canonical(value)).toThrow(NotCanonical)
    expect([canonical(value), hashOf(value)]).toEqual([text, sha256])
  })
})

describe('the journal', () => {
  test.each(casesOf<{ entry: Entry; hash: string; action: string }>('journal'))('$name', ({ entry, hash, action }) => {
    expect([entryHash(entry), actionHash(entry)]).toEqual([hash, action])
  })
})

test.each(journals())('the recorded journal $name is a chain of the hashes that this app makes too', ({ entries }) => {
  const names = entries.map((entry) => entryHash(entry))
  expect(entries.map(({ prev }) => prev)).toEqual([GENESIS, ...names.slice(0, -1)])
})

interface MergeCase extends Omit<Outcome, 'stamp'> {
  rule: Policy
  current: Json
  stamp: Stamp | null
  edit: Edit
  stamped: Stamp | null
}

describe('merging', () => {
  test.each(casesOf<MergeCase>('merge'))('$name', ({ rule, current, stamp, edit, value, note, kept, stamped }) => {
    expect(merge(rule, current, stamp, edit)).toEqual({ value, note, kept, stamp: stamped })
  })
})

describe('transitions', () => {
  test.each(casesOf<{ machine: Machine; state: string; event: string; step: Step | null }>('transitions'))(
    '$name',
    ({ machine, state, event, step: expected }) => {
      expect(step(machine, state, event) ?? null).toEqual(expected)
    },
  )
  const tables = fileOf('transitions')['tables'] as { name: string; machine: string; state: string; event: string; step: Step | null }[]
  test.each(tables)('on the real tables: $name', ({ machine, state, event, step: expected }) => {
    expect(step(TRANSITIONS[machine] as Machine, state, event) ?? null).toEqual(expected)
  })
})

interface EffectsCase {
  effects: Effect[]
  args: JsonObject
  meta: Meta
  records: Record<string, Record<string, Data>>
  stamps?: Record<string, Record<string, Record<string, Stamp>>>
  writes?: Write[]
  refused?: string
}

describe('effects', () => {
  const { policy, transitions } = fileOf('effects')['tables'] as { policy: PolicyTable; transitions: Record<string, Machine> }

  function run({ effects, args, meta, records, stamps }: EffectsCase): Write[] | string {
    const read = (kind: string, id: string): Data | undefined => records[kind]?.[id]
    const edited = (kind: string, id: string): Record<string, Stamp> => stamps?.[kind]?.[id] ?? {}
    try {
      return apply({ effects }, args, meta, read, { policy, machines: transitions }, edited)
    } catch (error) {
      if (error instanceof Refused) return error.reason
      throw error
    }
  }

  test.each(casesOf<EffectsCase>('effects'))('$name', (one) => {
    expect(run(one)).toEqual(one.refused ?? one.writes)
  })
})

interface WinsEdit extends Omit<MergeCase, 'rule' | 'stamped'> {
  name: string
  kind: string
  field: string
}

interface WinsCase extends Omit<EffectsCase, 'effects' | 'stamps'> {
  command: string
}

describe('who wins', () => {
  test.each(fileOf('who_wins')['edits'] as WinsEdit[])('$name', ({ kind, field, current, stamp, edit, ...expected }) => {
    const { value, note, kept } = merge(ruleOf(POLICY, kind, field), current, stamp, edit)
    expect({ value, note, kept }).toEqual({ value: expected.value, note: expected.note, kept: expected.kept })
  })

  test.each(casesOf<WinsCase>('who_wins'))('$name', ({ command, args, meta, records, writes, refused }) => {
    const run = (): Partial<Write>[] =>
      apply(COMMANDS[command]!, args, meta, (kind, id) => records[kind]?.[id]).map(({ kind, id, new: isNew, fields, notes }) => ({ kind, id, new: isNew, fields, notes }))
    if (refused !== undefined) return expect(run).toThrow(refused)
    expect(run()).toEqual(writes)
  })
})

interface ArgsCase {
  declared: Record<string, Declared>
  args: unknown
  errors: Problems
  clean?: JsonObject
}

describe('arguments', () => {
  const { kinds } = fileOf('args') as { kinds: Record<string, Record<string, Declared>> }

  test.each(casesOf<ArgsCase>('args'))('$name', ({ declared, args, errors, clean }) => {
    const checked = check(declared, args, kinds)
    expect(checked.problems).toEqual(errors)
    if (clean !== undefined) expect(checked.clean).toEqual(clean)
  })
})

interface CoverCase {
  unit: Data | null
  day: string
  history: Data[]
  decisions: Data[]
  verdict: Entitlement
}

describe('entitlement', () => {
  test.each(casesOf<CoverCase>('entitlement'))('$name', ({ unit, day, history, decisions, verdict }) => {
    expect(entitlementOf(unit, day, history, decisions)).toEqual(verdict)
  })

  test.each(fileOf('entitlement')['days'] as { name: string; type: string; reported_on: string; today: string; day: string }[])(
    '$name',
    ({ type, reported_on, today, day }) => {
      expect(coverDay(type, reported_on, today)).toBe(day)
    },
  )
})

describe('charges', () => {
  test.each(casesOf<{ lines: Priced[]; minutes: number; hour_fen: number | null; covered: boolean; charge: Charge }>('charges'))(
    '$name',
    ({ lines, minutes, hour_fen, covered, charge: expected }) => {
      expect(charge(lines, minutes, hour_fen, covered)).toEqual(expected)
    },
  )

  test.each(fileOf('charges')['signatures'] as { name: string; price_fen: number | null; limit_fen: number | null; needed: boolean }[])(
    '$name',
    ({ price_fen, limit_fen, needed }) => {
      expect(needsSignature(price_fen, limit_fen)).toBe(needed)
    },
  )

  test.each(fileOf('charges')['consents'] as { name: string; part_id: string; consents: Data[]; agreed: boolean; minutes: number }[])(
    '$name',
    ({ part_id, consents, agreed, minutes }) => {
      expect([agreedTo(part_id, consents), agreedMinutes(consents)]).toEqual([agreed, minutes])
    },
  )
})

interface RemedyCase {
  unit: Data | null
  reported_on: string
  repairs: number
  waits: Waits
  in_term: boolean
  verdict: Remedies | null
}

describe('remedies', () => {
  test.each(casesOf<RemedyCase>('remedies'))('$name', ({ unit, reported_on, repairs, waits, in_term, verdict }) => {
    expect(remediesOf(unit, reported_on, repairs, waits, in_term)).toEqual(verdict)
  })

  test.each(fileOf('remedies')['waits'] as { name: string; visits: Stay[]; day: string; waits: Waits }[])('$name', ({ visits, day, waits }) => {
    expect(waitsOf(visits, day)).toEqual(waits)
  })
})

interface PlanCase {
  facts: PlanFacts
  slots: string[]
  /** Of the company's, by their ids. */
  lists?: string[]
  visit: Data
  photos: string[]
  plan: Plan
  missing: string[]
}

describe('what a visit asks for', () => {
  const known = fileOf('visit_plan')['lists'] as Record<string, Checklist>

  test.each(casesOf<PlanCase>('visit_plan'))('$name', ({ facts, slots, lists, visit, photos, plan, missing }) => {
    expect(planOf(facts, slots, lists?.map((one) => known[one] as Checklist) ?? null)).toEqual(plan)
    expect(missingOf(plan, visit, photos)).toEqual(missing)
  })

  test('is asked by screens of the same names', () => {
    expect([...STEPS]).toEqual(VISIT_PLAN.steps)
  })
})

interface ReportCase {
  /** Of which template; the first unless told. */
  table?: string
  given: Given
  day: string
  /** Records that are not there in this case: kind and id. */
  without?: [string, string][]
  content: ReportContent
  hash: string
}

describe('the service report', () => {
  const { tables, records } = fileOf('report') as {
    tables: Record<string, ReportTable>
    records: Record<string, Record<string, Identified>>
  }

  function recordsOf(without: [string, string][]): Records {
    const there = (kind: string) => (row: Identified) => !without.some(([k, id]) => k === kind && id === row.id)
    const rows = (kind: string): Identified[] => Object.values(records[kind] ?? {}).filter(there(kind))
    const fits = (row: Data, where: Data): boolean => Object.entries(where).every(([field, value]) => row[field] === value)
    return {
      read: (kind, id) => Promise.resolve(rows(kind).find((row) => row.id === id)),
      find: (kind, where) => Promise.resolve(rows(kind).filter((row) => fits(row, where))),
    }
  }

  test.each(casesOf<ReportCase>('report'))('$name', async ({ table = 'report', given, day, without = [], content, hash }) => {
    const composed = await compose(given, day, recordsOf(without), tables[table])
    expect(composed).toEqual(content)
    expect(seal(composed).hash).toBe(hash)
  })
})

interface StatementCase {
  command: string
  args: Data
  text: string
  key: string
  signature: string
  wrong?: boolean
}

describe('what a device signs', () => {
  const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))

  test.each(casesOf<StatementCase>('statements'))('$name', async ({ command, args, text, key, signature, wrong = false }) => {
    expect(statementText(command, args)).toBe(text)
    const point = await crypto.subtle.importKey('raw', bytes(key), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
    const fits = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, point, bytes(signature), new TextEncoder().encode(text))
    expect(fits).toBe(!wrong)
  })
})

describe('measures of parts', () => {
  test.each(casesOf<{ language: string; measure: string | null; quantity: number; word: string }>('measures'))('$name', ({ language, measure, quantity, word }) => {
    expect(measureIn(language, measure, quantity)).toBe(word)
  })
})

describe('serials', () => {
  test.each(casesOf<{ read: string; expected: string | null; differs: boolean | null }>('serials'))('$name', ({ read, expected, differs }) => {
    expect(serialsDiffer(read, expected)).toBe(differs)
  })
})

describe('photos before and after', () => {
  type Taken = { slot: string; taken_at: string | null }
  test.each(casesOf<{ photos: Taken[]; arrived_at: string | null; pairs: number[][] }>('pairs'))('$name', ({ photos, arrived_at, pairs }) => {
    expect(pairsOf(photos, arrived_at)).toEqual(pairs)
  })
})

describe('what is recorded otherwise since a signature', () => {
  test.each(casesOf<{ content: Json; now: Now; changed: string[] }>('since'))('$name', ({ content, now, changed }) => {
    expect(changedSteps(content, now)).toEqual(changed)
  })

  type Parts = { name: string; report: { visit_id: string; presented_at: string }; whole: boolean; lines: Dated[]; since: string[][] }
  test.each(fileOf('since')['parts'] as Parts[])('parts: $name', ({ report, whole, lines, since }) => {
    expect(partsSince(report, whole, lines)).toEqual(since)
  })
})

describe('distances', () => {
  test.each(casesOf<Record<'one' | 'other', [number, number]> & { metres: number }>('distance'))('$name', ({ one, other, metres }) => {
    const [a, b] = [one, other].map(([lat_e7, lng_e7]) => ({ lat_e7, lng_e7 })) as [Position, Position]
    expect(Math.round(metresBetween(a, b))).toBe(metres)
  })
})

describe('labour', () => {
  test.each(casesOf<{ labour: unknown; minutes: number }>('labour'))('$name', ({ labour, minutes }) => {
    expect(workedMinutes(spansOf(labour))).toBe(minutes)
  })
})

describe('proof of work', () => {
  test.each(casesOf<{ report_id: string; work: string; bits: number; enough: boolean }>('work'))('$name', (one) => {
    expect(enough(one.report_id, one.work, one.bits)).toBe(one.enough)
  })

  test('what was found by trying is enough', async () => {
    expect(enough('报修', await workFor('报修', 6), 6)).toBe(true)
  })
})
