// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { lockParcel, NoParcel, openParcel, type ParcelList } from '@/protocol/parcel'

const list: ParcelList = {
  person_id: 'p', person_name: '王志强', device_code: 'A7', made_at: '2026-11-21T10:00:00.000Z',
  clock: { device_time: '2026-11-21T10:00:00.000Z', mono_ms: 1, run: 'r', offset_ms: 0 },
  entries: [], photos: [{ sha256: 'a', type: 'image/jpeg' }, { sha256: 'b', type: 'image/jpeg' }],
}
const photo = (sha256: string): Promise<ArrayBuffer> => Promise.resolve(Uint8Array.from([1, 2, sha256.charCodeAt(0)]).buffer)
const WORDS = '雨天 修 挖掘机 27'

async function changed(file: Blob, change: (bytes: Uint8Array) => Uint8Array<ArrayBuffer>): Promise<Blob> {
  return new Blob([change(new Uint8Array(await file.arrayBuffer()))])
}
const why = async (opened: Promise<unknown>): Promise<string> => opened.then(() => 'opened', (error: unknown) => (error as NoParcel).why)

describe('a parcel', () => {
  test('opens with its words, and what was put in comes out', async () => {
    const opened = await openParcel(WORDS, await lockParcel(WORDS, list, photo))
    expect(opened.list).toEqual(list)
    expect(new Uint8Array(await opened.photo(1))).toEqual(Uint8Array.from([1, 2, 98]))
  })

  test('shows nothing of it without them', async () => {
    const file = await lockParcel(WORDS, list, photo)
    expect(await file.text()).not.toContain('王志强')
    expect(await why(openParcel('other words', file))).toBe('words_wrong')
  })

  test('tells damage: a byte changed, an end cut off, two photos exchanged, another file', async () => {
    const file = await lockParcel(WORDS, list, photo)
    const flipped = await changed(file, (bytes) => Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)))
    expect(await why((await openParcel(WORDS, flipped)).photo(1))).toBe('broken')
    expect(await why(openParcel(WORDS, file.slice(0, file.size - 23)))).toBe('broken')
    expect(await why(openParcel(WORDS, file.slice(0, file.size - 3)))).toBe('broken')
    const piece = 4 + 3 + 16
    const swapped = await changed(file, (bytes) => {
      const end = bytes.length
      return Uint8Array.from([...bytes.slice(0, end - 2 * piece), ...bytes.slice(end - piece), ...bytes.slice(end - 2 * piece, end - piece)])
    })
    expect(await why((await openParcel(WORDS, swapped)).photo(0))).toBe('broken')
    expect(await why(openParcel(WORDS, new Blob(['{"a":1}\n\n'])))).toBe('not_ours')
    expect(await why(openParcel(WORDS, new Blob([])))).toBe('not_ours')
    expect(await why(openParcel(WORDS, new Blob(['onsite-parcel 1\n{"salt"\n'])))).toBe('not_ours')
    expect(await why(openParcel(WORDS, new Blob(['onsite-parcel 1\n{"salt":"","nonce":"","rounds":1e15}\n'])))).toBe('not_ours')
  })
})
