import { describe, expect, test } from 'vitest'
import type { Person } from '@/desk/data/types'
import { assignAll, noProgress, ranked, type Assignable } from '@/desk/orders/assigning'
import { Refused, Unreachable } from '@/protocol/rest'

const order = (id: string, change: Partial<Assignable> = {}): Assignable => ({ id, number: `WO-${id}`, branch_id: 'north', assignee_id: null, ...change })
const refusal = new Refused(409, 'transition_refused', 4092, '当前状态下不能这样做')

describe('giving several orders to one technician', () => {
  test('says why an order is taken from somebody, and of a free one nothing', async () => {
    const sent: string[] = []
    await assignAll([order('1'), order('2', { assignee_id: 'old' })], 'p', noProgress(), (name, args) => {
      sent.push(`${name} ${JSON.stringify(args)}`)
      return Promise.resolve({ result: null, position: 1 })
    }, '王工请假')
    expect(sent).toEqual(['order.assign {"order_id":"1","assignee_id":"p"}', 'order.reassign {"order_id":"2","assignee_id":"p","seen_assignee_id":"old","reason":"王工请假"}'])
  })

  test('assigns the free ones and reassigns the others, saying from whom', async () => {
    const sent: string[] = []
    await assignAll([order('1'), order('2', { assignee_id: 'old' })], 'p', noProgress(), (name, args) => {
      sent.push(`${name} ${JSON.stringify(args)}`)
      return Promise.resolve({ result: null, position: 1 })
    })
    expect(sent).toEqual(['order.assign {"order_id":"1","assignee_id":"p"}', 'order.reassign {"order_id":"2","assignee_id":"p","seen_assignee_id":"old"}'])
  })

  test('goes on after one that is refused, and names it', async () => {
    const progress = noProgress()
    await assignAll([order('1'), order('2'), order('3')], 'p', progress, (_name, args) =>
      (args as { order_id: string }).order_id === '2' ? Promise.reject(refusal) : Promise.resolve({ result: null, position: 1 }))
    expect([...progress.given]).toEqual(['1', '3'])
    expect(progress.refused.map(({ order: { number } }) => number)).toEqual(['WO-2'])
  })

  test('repeats after a lost answer with the same id, and none that was given', async () => {
    const progress = noProgress()
    const ids: string[] = []
    let lost = true
    const run = (_name: string, args: object, id?: string): Promise<{ result: null; position: number }> => {
      ids.push(`${(args as { order_id: string }).order_id} ${id ?? ''}`)
      if ((args as { order_id: string }).order_id === '2' && lost) return Promise.reject(new Unreachable('no answer'))
      return Promise.resolve({ result: null, position: 1 })
    }
    await expect(assignAll([order('1'), order('2')], 'p', progress, run)).rejects.toThrow(Unreachable)
    lost = false
    await assignAll([order('1'), order('2')], 'p', progress, run)
    expect(ids).toHaveLength(3)
    expect(ids[2]).toBe(ids[1])
  })
})

describe('the technicians to choose from', () => {
  const person = (id: string, branch: string, name: string): Person => ({
    id, name_zh: name, name_en: null, login: id, phone: null, badge: `S-${id}`, language: 'zh-CN', roles: ['engineer'], active: true,
    branch: { id: branch, name_zh: branch, name_en: null }, provider: null, last_contact_at: null, pending: null, pending_photos: null, oldest_unsent: null,
  })
  const people = [person('1', 'south', '赵铁柱'), person('2', 'north', '孙浩然'), person('3', 'south', '孙立军')]

  test('begin with those of the order’s branch, and are sorted as the reader spells them', () => {
    expect(ranked('zh-CN', people, [order('1')], '').map(({ id }) => id)).toEqual(['2', '3', '1'])
  })

  test('of a provider come after the branch’s own', () => {
    const theirs = { ...person('4', 'north', '安平'), provider: { id: 'p', name_zh: '恒泰', name_en: null } }
    expect(ranked('zh-CN', [theirs, ...people], [order('1')], '').map(({ id }) => id)).toEqual(['2', '4', '3', '1'])
  })

  test('are found by name or badge', () => {
    expect(ranked('zh-CN', people, [order('1')], '孙').map(({ id }) => id)).toEqual(['2', '3'])
    expect(ranked('zh-CN', people, [order('1')], 's-1').map(({ id }) => id)).toEqual(['1'])
  })
})
