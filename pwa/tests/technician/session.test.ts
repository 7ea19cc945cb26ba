import { beforeEach, expect, test, vi } from 'vitest'
import { deviceIdOf } from '@/protocol/device'
import { logOut, remembered, type Remembered } from '@/protocol/session'
import { finishEntering } from '@/technician/session/enter'
import { keepPerson, recallPerson } from '@/journal/person'

const SESSION: Remembered = {
  person: { id: 'ann', name_zh: '安', name_en: 'Ann', language: null },
  roles: ['engineer'],
  device: { id: 'device-1', code: 'A1' },
}

beforeEach(async () => {
  localStorage.clear()
  sessionStorage.clear()
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
  await keepPerson(SESSION)
})

test('a phone whose power failed right after the log-in knows its person without a network', async () => {
  expect(remembered()).toBeUndefined() // localStorage was not written yet
  expect(await finishEntering('en')).toEqual(SESSION)
  expect(remembered()).toEqual(SESSION)
  expect(deviceIdOf('ann')).toBe('device-1')
})

test('whoever has logged out is not recalled', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{}')))
  await logOut('en')
  await expect.poll(() => recallPerson()).toBeUndefined()
  expect(await finishEntering('en')).toBeUndefined()
})

test('a phone beside the desk knows its own person alone', async () => {
  sessionStorage.setItem('onsite.field_token', 'token')
  expect(await finishEntering('en')).toBeUndefined()
})
