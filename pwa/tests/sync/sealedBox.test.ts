// @vitest-environment node
import { expect, test } from 'vitest'
import type { Json } from '@/protocol/json'
import { boxKey, sealBox } from '@/sync/sealedBox'
import { casesOf } from '../rules/vectors'

interface BoxCase {
  public: string
  own: JsonWebKey
  nonce: string
  bound_to: string
  told: Json
  box: string
}

const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))

test.each(casesOf<BoxCase>('boxes'))('$name: the box is the one that the server opens', async (given) => {
  const { kty, crv, x, y } = given.own
  const own = {
    privateKey: await crypto.subtle.importKey('jwk', given.own, CURVE, false, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('jwk', { kty, crv, x, y } as JsonWebKey, CURVE, true, []),
  }
  expect(await sealBox(given.told, given.public, given.bound_to, own, bytes(given.nonce))).toBe(given.box)
})

test('no two boxes are alike, though they say the same', async () => {
  const { public: key, told } = casesOf<BoxCase>('boxes')[0]!
  const seal = async (): Promise<string> => sealBox(told, key, 'x', await boxKey())
  expect(await seal()).not.toBe(await seal())
})
