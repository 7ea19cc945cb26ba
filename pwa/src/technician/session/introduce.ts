/** Makes this device's key known to the server: at a start, after the first screen. */
import { addDeviceKey, type Device } from '@/protocol/session'
import { introduce } from '@/sync/deviceKey'
import type { Field } from '@/sync/field'

/** @throws an Error when nobody answers, or the server says no */
export function introduceHere(field: Field, device: Device): Promise<void> {
  return introduce(field.journal, async (key) => {
    const answer = await addDeviceKey(device.id, key)
    if (answer.from === 'server' && answer.ok) return true
    if (answer.from === 'server' && answer.error.code === 'id_reused') return false
    throw new Error(answer.from === 'server' ? answer.error.message : 'a stranger answered')
  })
}
