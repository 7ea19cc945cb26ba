/** Makes this device's key known to the server and learns the installation's: at a start, after the first screen. */
import { addDeviceKey, readSealingKey, type Device } from '@/protocol/session'
import { introduce } from '@/sync/deviceKey'
import type { Field } from '@/sync/field'

const SEALING = 'sealing_key'

/** @throws an Error when nobody answers, or the server says no */
export async function introduceHere(field: Field, device: Device): Promise<void> {
  if ((globalThis.crypto as Crypto | undefined)?.subtle === undefined) return
  await introduce(field.journal, async (key) => {
    const answer = await addDeviceKey(device.id, key)
    if (answer.from === 'server' && answer.ok) return true
    if (answer.from === 'server' && answer.error.code === 'id_reused') return false
    throw new Error(answer.from === 'server' ? answer.error.message : 'a stranger answered')
  })
  const answer = await readSealingKey()
  if (answer.from === 'server' && answer.ok) await field.journal.setFact(SEALING, answer.body.sealing)
}

/** The key to which this phone closes what only the installation may open; nothing where it never learnt it. */
export async function sealingKey(field: Field): Promise<string | undefined> {
  if ((globalThis.crypto as Crypto | undefined)?.subtle === undefined) return undefined
  return field.journal.fact<string>(SEALING)
}
