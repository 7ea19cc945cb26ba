import { describe, expect, test } from 'vitest'
import { contactClock, phoneState, type Contactable } from '@/desk/orders/clocks'

const order = (change: Partial<Contactable>): Contactable => ({
  received_at: '2026-11-21T01:00:00.000Z', contact_due_at: '2026-11-21T02:00:00.000Z', contacted_at: null, status: 'registered', ...change,
})
const at = (time: string): number => Date.parse(`2026-11-21T${time}.000Z`)

describe('the contact clock', () => {
  test('runs, then warns, then is overdue', () => {
    expect(contactClock(order({}), at('01:20:00'))).toEqual({ state: 'running', minutes: 40 })
    expect(contactClock(order({}), at('01:50:30'))).toEqual({ state: 'soon', minutes: 9 })
    expect(contactClock(order({}), at('02:00:00'))).toEqual({ state: 'soon', minutes: 0 })
    expect(contactClock(order({}), at('02:01:00'))).toEqual({ state: 'overdue', minutes: 1 })
  })

  test('is met at 59 minutes and missed at 61, as the acceptance scenario says', () => {
    expect(contactClock(order({ contacted_at: '2026-11-21T01:59:00.000Z' }), at('09:00:00'))).toEqual({ state: 'met', minutes: 59 })
    expect(contactClock(order({ contacted_at: '2026-11-21T02:01:00.000Z' }), at('09:00:00'))).toEqual({ state: 'missed', minutes: 1 })
  })

  test('stops for an order that ended without a contact', () => {
    expect(contactClock(order({ status: 'cancelled' }), at('09:00:00'))).toEqual({ state: 'none' })
  })

  test('says nothing where nobody owes a contact', () => {
    expect(contactClock(order({ contact_due_at: null }), at('09:00:00'))).toEqual({ state: 'none' })
  })
})

describe('an order', () => {
  const given = { status: 'dispatched', assignee_id: 'p1', delivery: null }

  test('is on the phone only when the phone said so', () => {
    expect(phoneState(given)).toBe('sent')
    expect(phoneState({ ...given, status: 'accepted', delivery: { delivered_at: '2026-11-21T01:00:00.000Z' } })).toBe('on_phone')
  })

  test('that waits for approval has not been sent', () => {
    expect(phoneState({ ...given, status: 'assigned' })).toBe('waits_for_approval')
  })

  test('of nobody, or over, claims nothing', () => {
    expect(phoneState({ ...given, status: 'registered', assignee_id: null })).toBe('nobody')
    expect(phoneState({ ...given, status: 'cancelled' })).toBe('over')
    expect(phoneState({ ...given, status: 'decision_needed' })).toBe('over')
  })
})
