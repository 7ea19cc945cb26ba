import { describe, expect, test } from 'vitest'
import { readSync } from '@/protocol/envelope'
import { newId } from '@/protocol/ids'
import { remember, remembered } from '@/protocol/session'

describe('an id', () => {
  test('is a UUIDv7 in lower case', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('sorts after every id made before it, even within a millisecond and after the clock was set back', () => {
    const ids = [newId(1_800_000_000_000)]
    for (let i = 0; i < 10_000; i++) ids.push(newId(1_800_000_000_000 - (i % 2) * 5000))
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('an answer', () => {
  const good = { onsite: 'sync', verdicts: [], changes: [], scope: [], cursor: 'c', checkpoint: 'k', more: false, receipt: { through: 0 } }

  test('is ours when it looks like ours, whatever its status', () => {
    expect(readSync(207, JSON.stringify(good))).toMatchObject({ from: 'server', ok: true })
  })

  test('with a good status and other content is a stranger’s', () => {
    expect(readSync(200, '<html>log in to the hotel</html>')).toEqual({ from: 'stranger', status: 200 })
    expect(readSync(200, '{"status":"ok"}')).toEqual({ from: 'stranger', status: 200 })
    expect(readSync(502, 'Bad Gateway')).toEqual({ from: 'stranger', status: 502 })
  })

  test('that is cut off is a stranger’s', () => {
    expect(readSync(200, JSON.stringify(good).slice(0, -5))).toEqual({ from: 'stranger', status: 200 })
  })

  test('may be our error', () => {
    const error = { onsite: 'error', number: 4012, code: 'session_expired', message: '登录已过期' }
    expect(readSync(401, JSON.stringify(error))).toEqual({ from: 'server', ok: false, status: 401, error })
  })
})

describe('the remembered session', () => {
  const person = { id: 'p1', name_zh: '张工', name_en: null, language: 'zh-CN' }

  test('opens the app without a network', () => {
    remember({ person, roles: ['engineer'] })
    expect(remembered()).toEqual({ person, roles: ['engineer'], device: null })
  })

  test('keeps the device for the same person only', () => {
    localStorage.setItem('onsite.session', JSON.stringify({ person, roles: ['engineer'], device: { id: 'd1', code: 'A7' } }))
    remember({ person, roles: ['engineer'] })
    expect(remembered()?.device).toEqual({ id: 'd1', code: 'A7' })
    remember({ person: { ...person, id: 'p2' }, roles: ['engineer'] })
    expect(remembered()?.device).toBeNull()
  })
})
