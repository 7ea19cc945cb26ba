// @vitest-environment node
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@/protocol/json'
import type { Entry } from '@/protocol/messages'
import { check, type Problems } from '@/rules/args'
import { canonical, hashOf, NotCanonical } from '@/rules/canonical'
import { apply, Refused, type Meta, type Stamp, type Write } from '@/rules/effects'
import { entitlementOf, type Entitlement } from '@/rules/entitlement'
import { actionHash, entryHash } from '@/rules/journal'
import { merge, type Edit, type Outcome, type PolicyTable } from '@/rules/merge'
import { compose, seal, type Given, type Identified, type Records, type ReportContent } from '@/rules/report'
import type { Data, Declared, Effect, EntitlementTable, Machine, Policy, ReportTable } from '@/rules/tables'
import { step, type Step } from '@/rules/transitions'
import { casesOf, fileOf } from './vectors'

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

interface MergeCase extends Outcome {
  rule: Policy
  current: Json
  current_at: string | null
  edit: Edit
}

describe('merging', () => {
  test.each(casesOf<MergeCase>('merge'))('$name', ({ rule, current, current_at, edit, value, note, kept }) => {
    expect(merge(rule, current, current_at, edit)).toEqual({ value, note, kept })
  })
})

describe('transitions', () => {
  test.each(casesOf<{ machine: Machine; state: string; event: string; step: Step | null }>('transitions'))(
    '$name',
    ({ machine, state, event, step: expected }) => {
      expect(step(machine, state, event) ?? null).toEqual(expected)
    },
  )
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

describe('entitlement', () => {
  test.each(casesOf<{ unit: Data | null; day: string } & Entitlement>('entitlement'))(
    '$name',
    ({ unit, day, basis, covered, until }) => {
      expect(entitlementOf(unit, day)).toEqual({ basis, covered, until })
    },
  )
})

interface ReportCase {
  given: Given
  day: string
  /** Records that are not there in this case: kind and id. */
  without?: [string, string][]
  content: ReportContent
  hash: string
}

describe('the service report', () => {
  const { tables, records } = fileOf('report') as {
    tables: { report: ReportTable; entitlement: EntitlementTable }
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

  test.each(casesOf<ReportCase>('report'))('$name', async ({ given, day, without = [], content, hash }) => {
    const composed = await compose(given, day, recordsOf(without), tables.report, tables.entitlement)
    expect(composed).toEqual(content)
    expect(seal(composed).hash).toBe(hash)
  })
})
