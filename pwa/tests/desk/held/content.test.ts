// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { changedArgs, editableOf, linesOf } from '@/desk/held/content'
import type { HeldWork } from '@/desk/data/types'

const part = {
  name: 'visit.use_part',
  args: { part_line_id: 'l', stock_move_id: 's', visit_id: 'v', order_id: 'o', part_id: 'oil', quantity: 0, new_serial: null },
  notes: [{ note: 'invalid', fields: { quantity: ['field_range'] } }],
  present: {},
} as unknown as HeldWork

const record = {
  name: 'visit.record',
  args: { visit_id: 'v', order_id: 'o', changes: { diagnosis: { was: 'a', now: 'b' }, colour: { was: null, now: 'red' } } },
  notes: [{ note: 'invalid', fields: { 'changes.colour': ['field_unknown'] } }],
  present: { diagnosis: 'c' },
} as unknown as HeldWork

describe('the lines of a card', () => {
  test('tell what is wrong first, and leave out what nobody can read', () => {
    expect(linesOf(part).map(({ path, wrong }) => [path, wrong])).toEqual([['quantity', ['field_range']], ['part_id', []]])
  })

  test('tell of an edited field what its author saw, what it becomes and what stands there now', () => {
    const [colour, diagnosis] = linesOf(record)
    expect(colour).toMatchObject({ path: 'changes.colour', wrong: ['field_unknown'] })
    expect(diagnosis).toMatchObject({ was: 'a', value: 'b', present: 'c' })
  })

  test('say which part a take-back is about, where the server could name it', () => {
    const args = { part_line_id: 'l', stock_move_id: 's', visit_id: 'v', order_id: 'o', reason: '装错了' }
    const back = { ...part, name: 'visit.take_back_part', args, notes: [], named: { l: { name_zh: '密封', name_en: null, code: 'P-1 × 2' } } } as unknown as HeldWork
    expect(linesOf(back).map(({ name }) => name)).toEqual(['part_line_id', 'reason'])
    expect(linesOf({ ...back, named: {} }).map(({ name }) => name)).toEqual(['reason'])
  })

  test('say which training a take-back is about, where the server could name it', () => {
    const args = { training_id: 't', visit_id: 'v', order_id: 'o' }
    const back = { ...part, name: 'visit.take_back_training', args, notes: [], named: { t: { name_zh: '日常保养', name_en: null, code: '李工' } } } as unknown as HeldWork
    expect(linesOf(back).map(({ name }) => name)).toEqual(['training_id'])
    expect(linesOf({ ...back, named: {} })).toEqual([])
  })

  test('show all of a command that is not known here', () => {
    const unknown = { ...part, name: 'visit.teleport', args: { order_id: 'o', where: 'moon' }, notes: [] } as unknown as HeldWork
    expect(linesOf(unknown)).toMatchObject([{ path: 'where', value: 'moon' }])
  })

  test('survive arguments that are none', () => {
    for (const args of [null, 'x', [1], { changes: 'x' }]) expect(() => linesOf({ ...record, args })).not.toThrow()
  })
})

describe('changing it', () => {
  test('offers what can be written, with the input that fits', () => {
    expect(editableOf(part).map(({ path, kind }) => [path, kind])).toEqual([['quantity', 'number'], ['part_id', 'part']])
    expect(editableOf(record).map(({ path, kind }) => [path, kind])).toEqual([['changes.diagnosis', 'area']])
  })

  test('sends the new values in place of the old, and leaves out what the command does not know', () => {
    expect(changedArgs(part, { quantity: 3 })).toEqual({ ...(part.args as object), quantity: 3 })
    expect(changedArgs(record, { 'changes.diagnosis': 'd' })).toEqual({
      visit_id: 'v', order_id: 'o', changes: { diagnosis: { was: 'a', now: 'd' } },
    })
  })
})
