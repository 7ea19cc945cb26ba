import { describe, expect, test } from 'vitest'
import { changed, extraCount, fromAddress, NO_FILTERS, toAddress, toQuestion, type OrderFilters } from '@/desk/orders/filters'
import { countOf, moodOf, stageOf, statusesOf, STAGES } from '@/desk/orders/stages'
import { TRANSITIONS } from '@/rules/tables'

const TODAY = '2026-11-21'
const filters = (change: Partial<OrderFilters>): OrderFilters => ({ ...NO_FILTERS, ...change })

describe('the address of the list', () => {
  test('is empty when nothing special is asked for', () => {
    expect(toAddress(filters({}))).toEqual({})
  })

  test('comes back as the same filters', () => {
    const asked = filters({
      day: '2026-11-20', stage: 'on_site', branch: 'b1', technician: 't1', urgency: 'urgent', type: 'recall', exceptions: true, q: '主泵 漏油', page: 3, size: 100,
    })
    expect(fromAddress(toAddress(asked))).toEqual(asked)
  })

  test('that makes no sense is read as nothing asked', () => {
    expect(fromAddress({ day: '2026-13-45', stage: 'nowhere', page: '-2', size: '7', exceptions: 'yes', branch: null })).toEqual(NO_FILTERS)
  })

  test('with a repeated name takes the first', () => {
    expect(fromAddress({ q: ['泵', '臂'] }).q).toBe('泵')
  })
})

test('asking for something else starts at the first page, turning pages does not', () => {
  expect(changed(filters({ page: 4 }), { branch: 'b1' }).page).toBe(1)
  expect(changed(filters({ page: 4, branch: 'b1' }), { page: 5 })).toEqual(filters({ page: 5, branch: 'b1' }))
})

describe('the question to the server', () => {
  test('names the day where the company is', () => {
    expect(toQuestion(filters({}), TODAY)).toEqual({ day: TODAY, page: 1, size: 50 })
    expect(toQuestion(filters({ day: 'any' }), TODAY)).not.toHaveProperty('day')
  })

  test('spells a stage out in states', () => {
    expect(toQuestion(filters({ stage: 'decide' }), TODAY)['status']).toBe('decision_needed,disputed,unsigned,customer_absent')
  })

  test('leaves out what nobody asked for', () => {
    expect(toQuestion(filters({ q: '泵', exceptions: true }), TODAY)).toEqual({ day: TODAY, q: '泵', exceptions: 1, page: 1, size: 50 })
  })
})

test('the number beside the filters counts the choices alone', () => {
  expect(extraCount(filters({ branch: 'b', type: 'repair', q: 'x', exceptions: true }))).toBe(2)
})

describe('the stages', () => {
  test('hold every state that an order can have, each once', () => {
    const held = STAGES.flatMap((stage) => [...statusesOf(stage)])
    expect([...held].sort()).toEqual([...(TRANSITIONS['order']?.states ?? [])].sort())
  })

  test('know where a state belongs and how it looks', () => {
    expect([stageOf('diagnosed'), moodOf('diagnosed')]).toEqual(['on_site', 'action'])
    expect(moodOf('disputed')).toBe('person')
    expect(moodOf('a_state_of_tomorrow')).toBe('plain')
  })

  test('count what the server counted by state', () => {
    const counts = { dispatched: 2, accepted: 1, closed: 4, exceptions: 5 }
    expect(countOf('sent', counts)).toBe(3)
    expect(countOf('all', counts)).toBe(7)
    expect(countOf('parts', counts)).toBe(0)
  })
})
