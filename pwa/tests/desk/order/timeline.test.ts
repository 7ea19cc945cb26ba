import { describe, expect, test } from 'vitest'
import type { TimelineItem } from '@/desk/data/types'
import { remarkOf, sentenceKey, told } from '@/desk/order/timeline'

let n = 0
function item(command: string, at: string, change: Partial<TimelineItem> = {}): TimelineItem {
  n += 1
  const actor = { kind: 'person', id: 'p1', name_zh: '赵铁柱', name_en: null }
  return { n, at, received_at: at, command, actor, device_name: null, details: {}, notes: [], ...change }
}
const ZONE = 'Asia/Shanghai'

describe('the timeline', () => {
  test('goes by when things were done, not by when the server heard of them', () => {
    const offline = item('visit.check_in', '2026-11-21T02:00:00.000Z', { received_at: '2026-11-21T09:00:00.000Z' })
    const cancelled = item('order.cancel', '2026-11-21T05:00:00.000Z')
    expect(told([cancelled, offline], ZONE).map(({ item: { command } }) => command)).toEqual(['order.cancel', 'visit.check_in'])
  })

  test('says both times when they differ by more than a minute', () => {
    const [late] = told([item('visit.leave', '2026-11-21T02:00:00.000Z', { received_at: '2026-11-21T02:01:30.000Z' })], ZONE)
    const [prompt] = told([item('visit.leave', '2026-11-21T02:00:00.000Z', { received_at: '2026-11-21T02:00:05.000Z' })], ZONE)
    expect([late?.late, prompt?.late]).toEqual([true, false])
  })

  test('says where a phone’s clock was wrong, and where nobody knows the time closely', () => {
    const clock = (suspicious: boolean, uncertainty_ms: number | null): Partial<TimelineItem> => ({ clock: { made_at: '2026-11-21T02:00:00.000Z', suspicious, uncertainty_ms } })
    const kinds = [clock(true, 0), clock(false, 600_000), clock(false, null), clock(false, 5_000), {}]
    const found = kinds.map((change) => told([item('visit.check_in', '2026-11-21T02:00:00.000Z', change)], ZONE)[0]?.clock)
    expect(found).toEqual(['suspicious', 'uncertain', 'uncertain', null, null])
  })

  test('does not hide a wrong clock among photos whose time is right', () => {
    const wrong = { clock: { made_at: 'x', suspicious: true, uncertainty_ms: null } }
    const photos = [item('visit.add_photo', '2026-11-21T02:00:00.000Z'), item('visit.add_photo', '2026-11-21T02:01:00.000Z', wrong)]
    expect(told(photos, ZONE).map(({ clock }) => clock)).toEqual(['suspicious', null])
  })

  test('tells five photos in a row as five photos, and keeps decisions apart', () => {
    const photos = [0, 1, 2, 3, 4].map((minute) => item('visit.add_photo', `2026-11-21T02:0${minute}:00.000Z`))
    const notes = [0, 1].map((minute) => item('order.add_note', `2026-11-21T03:0${minute}:00.000Z`))
    const entries = told([...photos, ...notes], ZONE)
    expect(entries.map(({ item: { command }, count }) => [command, count])).toEqual([
      ['order.add_note', 1], ['order.add_note', 1], ['visit.add_photo', 5],
    ])
  })

  test('tells photos and findings that alternate as one of each', () => {
    const work = ['visit.add_photo', 'visit.record', 'visit.add_photo', 'visit.record', 'visit.add_photo']
    const entries = told(work.map((command, minute) => item(command, `2026-11-21T02:0${minute}:00.000Z`)), ZONE)
    expect(entries.map(({ item: { command }, count }) => [command, count])).toEqual([['visit.add_photo', 3], ['visit.record', 2]])
  })

  test('is silent about files that arrived: the photos say so themselves', () => {
    expect(told([item('photo.stored', '2026-11-21T02:00:00.000Z')], ZONE)).toEqual([])
  })

  test('does not put two people’s work into one line', () => {
    const other = { kind: 'person', id: 'p2', name_zh: '孙浩然', name_en: null }
    const entries = told([item('visit.add_photo', '2026-11-21T02:00:00.000Z'), item('visit.add_photo', '2026-11-21T02:01:00.000Z', { actor: other })], ZONE)
    expect(entries).toHaveLength(2)
  })

  test('begins a day where the company is', () => {
    const entries = told([
      item('order.create', '2026-11-20T15:30:00.000Z'), item('order.contact', '2026-11-20T15:50:00.000Z'), item('order.assign', '2026-11-20T16:10:00.000Z'),
    ], ZONE)
    expect(entries.map(({ newDay }) => newDay)).toEqual([true, true, false])
  })
})

test('a command finds its sentence', () => {
  expect(sentenceKey('order.add_note')).toBe('timeline.order_add_note')
})

test('of a command’s arguments the words are told', () => {
  expect(remarkOf({ order_id: 'x', reason: '  客户改期 ' })).toBe('客户改期')
  expect(remarkOf({ order_id: 'x', text: ' ' })).toBe('')
})
