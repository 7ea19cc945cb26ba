// @vitest-environment node
import { expect, test } from 'vitest'
import transitions from '@tables/transitions.json'
import { helpWays } from '@/desk/order/help'
import { mayAskAgain, mayConfirm, moodOf, standing, stepsOf } from '@/technician/visit/stuck/help'
import en from '@/ui/words/visit.en.json'
import zh from '@/ui/words/visit.zh-CN.json'

const { states } = transitions.support_request

test('a call for help that was asked again makes way for the new one', () => {
  const asked = [
    { id: 'second', again_of: 'first', asked_at: '2026-11-21T05:00:00.000Z' },
    { id: 'other', again_of: null, asked_at: '2026-11-21T04:30:00.000Z' },
    { id: 'first', again_of: null, asked_at: '2026-11-21T04:00:00.000Z' },
  ]
  expect(standing(asked).map(({ id }) => id)).toEqual(['other', 'second'])
})

test('what was refused or answered may be asked again, and what is under way may not', () => {
  expect(states.filter((status) => mayAskAgain({ status }))).toEqual(['sent_back', 'declined', 'answered_early', 'answered'])
  expect(states.filter((status) => moodOf({ status }) === 'person')).toEqual(['sent_back', 'declined'])
  expect(states.filter((status) => moodOf({ status }) === 'waiting')).toEqual(['asked', 'branch_reviewed', 'stamped', 'forwarded'])
})

test('the work of the head office’s engineer is confirmed by another than themselves', () => {
  expect(mayConfirm({ status: 'hq_assigned', helper_id: 'hugo' }, 'ann')).toBe(true)
  expect(mayConfirm({ status: 'hq_assigned', helper_id: 'hugo' }, 'hugo')).toBe(false)
  expect(mayConfirm({ status: 'answered', helper_id: null }, 'ann')).toBe(false)
})

test('steps that this app cannot read are left alone', () => {
  const step = { id: 's', at: '2026-11-21T05:00:00.000Z', by: 'a', what: 'review', note: null }
  expect(stepsOf({ steps: [null, 3, step] })).toEqual([step])
  expect(stepsOf({ steps: undefined })).toEqual([])
})

test('the phone has a word for every state and every step', () => {
  const steps = Object.keys(transitions.support_request.events).filter((event) => event !== 'forward' && event !== 'confirm')
  for (const { help } of [zh, en]) {
    expect(Object.keys(help.status).sort()).toEqual([...states].sort())
    expect(Object.keys(help.steps).sort()).toEqual(steps.sort())
  }
})

test('a desk offers of each act both its answers, in the order of the digits', () => {
  expect(helpWays({ may: ['review', 'answer'] })).toEqual(['agree', 'send_back', 'answer'])
  expect(helpWays({ may: ['stamp'] })).toEqual(['stamp', 'decline'])
  expect(helpWays({ may: ['answer', 'assign'] })).toEqual(['answer', 'assign'])
  expect(helpWays({ may: ['of a newer server'] })).toEqual([])
})
