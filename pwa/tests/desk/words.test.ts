// @vitest-environment node
import { describe, expect, test } from 'vitest'
import commands from '@tables/commands.json'
import errors from '@tables/errors.json'
import transitions from '@tables/transitions.json'
import { REASONS } from '@/desk/held/answers'
import { FORM_KINDS, ROLES } from '@/desk/forms/forms'
import { ACTIONS } from '@/desk/order/actions'
import { HELP_WAYS } from '@/desk/order/help'
import { sentenceKey } from '@/desk/order/timeline'
import { CHANNELS, SEVERITIES, URGENCIES } from '@/desk/orders/orderFields'
import { STAGES } from '@/desk/orders/stages'
import { STEPS } from '@/desk/setup/steps'
import words from '@/ui/words/desk.zh-CN.json'

/** Words whose key is put together from data: a missing one would show its key on the screen. */
function missing(keys: readonly string[]): string[] {
  return keys.filter((key) => {
    const found = key.split('.').reduce<unknown>((tree, part) => (tree as Record<string, unknown> | undefined)?.[part], words)
    return typeof found !== 'string'
  })
}
const group = (name: string, members: readonly string[]): string[] => members.map((member) => `${name}.${member}`)
const slots = commands['visit.add_photo'].args.slot.of
const outcomes = commands['visit.leave'].args.outcome.of

/** As `server/field/rules.py` has them. */
const HELD_STATES = ['open', 'waiting', 'applied', 'accepted', 'kept', 'set_aside']
/** Of the events of a help request those that somebody at a desk does, and that its course names. */
const HELP_STEPS = Object.keys(transitions.support_request.events).filter((event) => event !== 'forward' && event !== 'confirm')
const ARGUMENTS = [...new Set(Object.values(commands).flatMap(({ args }) => Object.keys(args)))]

test('every reason for which work is held has its sentence and its answers', () => {
  const held = Object.keys(errors).filter((code) => code.startsWith('held_') && errors[code as keyof typeof errors].number >= 5100)
  expect([...REASONS].sort()).toEqual(held.sort())
})

describe('the desk has a word', () => {
  test.each([
    ['every state of an order', group('status', transitions.order.states)],
    ['every state of a report', group('report.status', transitions.report.states)],
    ['every state of a help request, its course and its answers', [...group('help.status', transitions.support_request.states),
      ...group('help.steps', HELP_STEPS), ...['help.ways', 'help.words', 'help.done'].flatMap((one) => group(one, Object.keys(HELP_WAYS)))]],
    ['every stage', group('stages', STAGES)],
    ['every role', group('roles', ROLES)],
    ['every photo slot', group('slots', slots)],
    ['every outcome of a visit', group('outcomes', outcomes)],
    ['every field command in the timeline', Object.keys(commands).map(sentenceKey)],
    ['every way in which held work stands', group('held.status', HELD_STATES)],
    ['every argument of a field command', group('held.fields', ARGUMENTS)],
    ['every action', group('actions', ACTIONS)],
    ['every channel, urgency and severity', [...group('channels', CHANNELS), ...group('urgency', URGENCIES), ...group('severity', SEVERITIES)]],
    ['every step of the set-up', STEPS.flatMap((step) => ['title', 'lead', 'action', 'again'].map((part) => `setup.${step}.${part}`))],
    ['every kind of record', FORM_KINDS.flatMap((kind) => ['list', 'new', 'edit', 'search', 'none'].map((part) => `records.${kind}.${part}`))],
  ])('for %s', (_what, keys) => {
    expect(missing(keys)).toEqual([])
  })
})

