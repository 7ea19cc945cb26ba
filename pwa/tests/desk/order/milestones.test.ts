import { describe, expect, test } from 'vitest'
import { milestones } from '@/desk/order/milestones'

type Facts = Parameters<typeof milestones>[0]

const facts = (change: Partial<Facts>): Facts => ({
  received_at: '2026-11-21T01:00:00.000Z', contacted_at: null, approved_at: null, approval: 'none', delivery: null, closed_at: null, status: 'registered',
  visits: [], reports: [], ...change,
})
const named = (order: Facts): Record<string, string | null> => Object.fromEntries(milestones(order).map(({ name, at }) => [name, at]))

describe('the milestones', () => {
  test('of a new order are all to come but the first', () => {
    expect(Object.values(named(facts({}))).filter((at) => at !== null)).toHaveLength(1)
  })

  test('ask for no approval where none is needed', () => {
    expect(named(facts({}))).not.toHaveProperty('approved')
    expect(named(facts({ approval: 'waiting' }))).toHaveProperty('approved', null)
  })

  test('take the first arrival and the last signature', () => {
    const order = facts({
      visits: [{ arrived_at: '2026-11-22T01:00:00.000Z' }, { arrived_at: '2026-11-21T03:00:00.000Z' }],
      reports: [
        { presented_at: '2026-11-21T04:00:00.000Z', signature: null },
        { presented_at: '2026-11-22T04:00:00.000Z', signature: { signed_at: '2026-11-22T04:05:00.000Z' } },
      ],
    })
    expect(named(order)).toMatchObject({
      arrived: '2026-11-21T03:00:00.000Z', presented: '2026-11-22T04:00:00.000Z', signed: '2026-11-22T04:05:00.000Z',
    })
  })

  test('take no interim report for the order’s', () => {
    const interim = { presented_at: '2026-11-21T04:00:00.000Z', outcome: 'parts_pending', signature: { signed_at: '2026-11-21T04:05:00.000Z' } }
    expect(named(facts({ reports: [interim] }))).toMatchObject({ presented: null, signed: null })
    const whole = { presented_at: '2026-11-22T04:00:00.000Z', outcome: 'done', signature: null }
    expect(named(facts({ reports: [interim, whole] }))).toMatchObject({ presented: '2026-11-22T04:00:00.000Z', signed: null })
  })

  test('of a cancelled order end with the cancelling', () => {
    expect(named(facts({ status: 'cancelled', closed_at: '2026-11-21T05:00:00.000Z' }))).toMatchObject({ cancelled: '2026-11-21T05:00:00.000Z' })
  })
})
