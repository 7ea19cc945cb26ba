// @vitest-environment node
import { expect, test } from 'vitest'
import { contactMood, unsentMood } from '@/desk/people/freshness'

const now = Date.parse('2026-11-21T10:00:00.000Z')
const standing = { last_contact_at: '2026-11-21T09:50:00.000Z', pending: 0, pending_photos: 0, oldest_unsent: null }

test('a phone that spoke a moment ago is fresh, one that is silent for hours is not, and one that never spoke says nothing', () => {
  expect(contactMood(standing, now)).toBe('proven')
  expect(contactMood({ ...standing, last_contact_at: '2026-11-21T05:00:00.000Z' }, now)).toBe('waiting')
  expect(contactMood({ ...standing, last_contact_at: null }, now)).toBe('quiet')
})

test('work that has been on a phone since the morning calls for a person', () => {
  expect(unsentMood(standing, now)).toBe('quiet')
  expect(unsentMood({ ...standing, pending_photos: 2 }, now)).toBe('waiting')
  expect(unsentMood({ ...standing, pending: 1, oldest_unsent: '2026-11-21T09:00:00.000Z' }, now)).toBe('waiting')
  expect(unsentMood({ ...standing, pending: 1, oldest_unsent: '2026-11-21T01:00:00.000Z' }, now)).toBe('person')
})
