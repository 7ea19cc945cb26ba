import { describe, expect, test } from 'vitest'
import { proposed, proposedChannel, type Reading } from '@/desk/intake/fields'

const READ: Reading = {
  phones: ['13812345678', '13900001111'], serials: ['LC365H-0002'], name: '李军', address: '利国镇', symptom: '漏油', kind: 'maintenance', urgent: true, channel: 'wechat', unit_id: 'u1',
}
const NOTHING: Reading = { phones: [], serials: [], name: null, address: null, symptom: '', kind: 'repair', urgent: false, channel: null, unit_id: null }
const INITIAL = { phone: '', contact_name: '', symptom: '', kind: 'repair', urgency: 'normal', serial: '', address: '', unit_id: '' }

describe('a message that was read', () => {
  test('fills the fields that nobody has filled', () => {
    expect(proposed(INITIAL, READ, {}, INITIAL)).toEqual({
      phone: '13812345678', contact_name: '李军', symptom: '漏油', kind: 'maintenance', urgency: 'urgent', serial: 'LC365H-0002', address: '利国镇', unit_id: 'u1',
    })
  })

  test('leaves what a person typed', () => {
    const typed = { ...INITIAL, phone: '13700002222', symptom: '没力' }
    expect(proposed(typed, READ, {}, INITIAL)).toMatchObject({ phone: '13700002222', symptom: '没力', contact_name: '李军' })
  })

  test('takes its own proposals back when another message replaces it, but not what was changed since', () => {
    const before: Record<string, string> = {}
    const first = { ...proposed(INITIAL, READ, before, INITIAL), contact_name: '李军军' }
    expect(proposed(first, NOTHING, before, INITIAL)).toEqual({ ...INITIAL, contact_name: '李军军' })
  })

  test('proposes by which way it came, and takes that back with the next message', () => {
    expect(proposedChannel('phone', false, READ)).toBe('wechat')
    expect(proposedChannel('wechat', false, NOTHING)).toBe('phone')
  })

  test('leaves the way that a person chose', () => {
    expect(proposedChannel('dealer', true, READ)).toBe('dealer')
    expect(proposedChannel('phone', true, READ)).toBe('phone')
  })
})
