// @vitest-environment node
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Journal } from '@/journal/journal'
import { newId } from '@/protocol/ids'
import { statementText } from '@/rules/statements'
import { attested, deviceKey, introduce } from '@/sync/deviceKey'
import { reopened } from '../helpers'

const REPORT = { report_id: 'r', order_id: 'o', visit_id: 'v', round: 1, provisional_number: 'A7-0001', hash: 'a'.repeat(64) }

let journal: Journal

beforeEach(() => {
  journal = new Journal(newId())
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await journal.database.delete()
})

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))

describe('the device’s key', () => {
  test('signs what a command states, and no script can read it out', async () => {
    const signed = (await attested(journal, 'signoff.present', REPORT)) as Record<string, unknown>
    const key = await deviceKey(journal)
    expect(signed['device_key']).toBe(key?.name)
    expect(key?.pair.privateKey.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('pkcs8', key!.pair.privateKey)).rejects.toThrow()
    const text = new TextEncoder().encode(statementText('signoff.present', REPORT))
    const signature = bytes(String(signed['device_signature']))
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key!.pair.publicKey, signature, text)).toBe(true)
  })

  test('is the same after the app was killed, and in another tab at the same moment', async () => {
    const other = new Journal(journal.person)
    const [one, two] = await Promise.all([deviceKey(journal), deviceKey(other)])
    expect(one?.name).toBe(two?.name)
    other.close()
    journal = reopened(journal)
    expect((await deviceKey(journal))?.name).toBe(one?.name)
  })

  test('is told to the server once; another is made when the server knows it as another device’s', async () => {
    const told: string[] = []
    const tell = (name: string): Promise<boolean> => Promise.resolve(told.push(name) > 1)
    await introduce(journal, tell)
    await introduce(journal, tell)
    expect(new Set(told).size).toBe(2)
    expect((await deviceKey(journal))?.name).toBe(told[1])
  })

  test('holds up no work where a browser makes none', async () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    expect(await attested(journal, 'signoff.present', REPORT)).toEqual(REPORT)
  })
})
