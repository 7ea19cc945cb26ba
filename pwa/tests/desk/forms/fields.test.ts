import { describe, expect, test } from 'vitest'
import { argumentsOf, initialValues, type Field } from '@/desk/forms/fields'

const FIELDS: Field[] = [
  { name: 'name_zh', kind: 'text', required: true },
  { name: 'login', kind: 'text', fixed: true },
  { name: 'roles', kind: 'many' },
  { name: 'language', kind: 'choice', initial: 'zh-CN' },
  { name: 'running_hours', kind: 'number' },
  { name: 'serialised', kind: 'check' },
]

test('a new form starts with the fields’ own values', () => {
  expect(initialValues(FIELDS)).toEqual({ name_zh: '', login: '', roles: [], language: 'zh-CN', running_hours: null, serialised: false })
})

describe('the arguments', () => {
  test('of something new leave out what is empty', () => {
    const values = { ...initialValues(FIELDS), name_zh: ' 赵铁柱 ', login: 'zhao' }
    expect(argumentsOf(FIELDS, values)).toEqual({ name_zh: '赵铁柱', login: 'zhao', roles: [], language: 'zh-CN', serialised: false })
  })

  test('of a change are what changed, and null for what was emptied', () => {
    const was = { name_zh: '赵铁柱', login: 'zhao', roles: ['engineer'], language: 'zh-CN', running_hours: 12, serialised: false }
    const values = { ...initialValues(FIELDS, was), roles: ['engineer', 'agent'], running_hours: null }
    expect(argumentsOf(FIELDS, values, was)).toEqual({ roles: ['engineer', 'agent'], running_hours: null })
  })

  test('of a change never touch what is fixed', () => {
    const was = { login: 'zhao' }
    expect(argumentsOf(FIELDS.slice(1, 2), { login: 'other' }, was)).toEqual({})
  })
})
