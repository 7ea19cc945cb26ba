import { expect, test } from 'vitest'
import { DeviceClock } from '@/sync/clock'

const HOUR = 3_600_000

function clockAt(now: { ms: number; mono: number }): DeviceClock {
  return new DeviceClock({ now: () => now.ms, mono: () => now.mono })
}

test('a phone three hours slow learns the true time from an answer', () => {
  const device = { ms: Date.UTC(2026, 10, 21, 1), mono: 1000 }
  const clock = clockAt(device)
  const sent = device.mono
  device.mono += 200
  device.ms += 200
  expect(clock.learn('2026-11-21T04:00:00.100Z', sent)).toEqual({ offset_ms: 3 * HOUR, uncertainty_ms: 100 })
  expect(clock.moment()).toMatchObject({ made_at: '2026-11-21T01:00:00.200Z', offset_ms: 3 * HOUR })
  expect(clock.corrected()).toBe('2026-11-21T04:00:00.200Z')
})

test('a slow answer does not spoil a good measurement, unless it shows that the clock was set', () => {
  const device = { ms: Date.UTC(2026, 10, 21, 4), mono: 0 }
  const clock = clockAt(device)
  clock.learn('2026-11-21T04:00:00.000Z', 0)
  device.mono += 8_000
  device.ms += 8_000
  expect(clock.learn('2026-11-21T04:00:06.000Z', 0)).toBeUndefined()
  device.ms += HOUR // somebody set the clock
  expect(clock.learn('2026-11-21T04:00:04.000Z', 0)?.offset_ms).toBe(-HOUR)
})
