import { describe, expect, test } from 'vitest'
import { actionsFor, mainAction, outcomesFor, type Actable } from '@/desk/order/actions'

const all = (): boolean => true
const order = (change: Partial<Actable>): Actable => ({ status: 'registered', assignee_id: null, contacted_at: null, approval: 'none', decision: null, ...change })

describe('what can be done with an order', () => {
  test('that is new: contact, assign, book, note, solve by phone, cancel', () => {
    expect(actionsFor(order({}), all)).toEqual(['contact', 'assign', 'schedule', 'note', 'resolve', 'cancel'])
  })

  test('that waits for approval: approve comes first', () => {
    const waiting = order({ status: 'assigned', assignee_id: 'p', approval: 'waiting', contacted_at: 'then' })
    expect(actionsFor(waiting, all)).toContain('approve')
    expect(mainAction(actionsFor(waiting, all))).toBe('approve')
  })

  test('that somebody has is reassigned, not assigned', () => {
    const actions = actionsFor(order({ status: 'accepted', assignee_id: 'p' }), all)
    expect(actions).toContain('reassign')
    expect(actions).not.toContain('assign')
  })

  test('that is signed can be closed, and not be cancelled', () => {
    const actions = actionsFor(order({ status: 'signed', assignee_id: 'p', contacted_at: 'then' }), all)
    expect(mainAction(actions)).toBe('close')
    expect(actions).not.toContain('cancel')
  })

  test('that is closed takes notes alone', () => {
    expect(actionsFor(order({ status: 'closed', assignee_id: 'p' }), all)).toEqual(['note'])
  })

  test('is only what the person may', () => {
    expect(actionsFor(order({}), (permission) => permission === 'order.add_note')).toEqual(['note'])
  })
})

describe('an order about which something is to be decided', () => {
  test('is decided before it is closed', () => {
    const actions = actionsFor(order({ status: 'signed', assignee_id: 'p', contacted_at: 'then', decision: 'low_rating' }), all)
    expect(actions).toContain('decide')
    expect(actions).not.toContain('close')
  })

  test('ends only in ways that fit its state', () => {
    expect(outcomesFor({ status: 'decision_needed' })).toEqual(['noted', 'reopen', 'cancel', 'close'])
    expect(outcomesFor({ status: 'signed' })).toEqual(['noted', 'close'])
  })
})

test('without anything to do no button stands out', () => {
  expect(mainAction(['note', 'schedule'])).toBeNull()
})
