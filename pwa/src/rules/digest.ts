/** Whether two copies of a channel are the same: a sum, so that it does not depend on any order. */
import type { Digest } from '../protocol/messages'
import { hashOf, sha256Hex } from './canonical'
import type { Data } from './tables'

const MODULUS = 1n << 128n

/** First 128 bits of SHA-256 over kind, id and the hash of the canonical data. */
export function recordDigest(kind: string, id: string, data: Data): bigint {
  return BigInt(`0x${sha256Hex(`${kind}\n${id}\n${hashOf(data)}`).slice(0, 32)}`)
}

/** Sums digests of records by channel. */
export class ChannelDigests {
  private readonly sums = new Map<string, { n: number; sum: bigint }>()

  add(channel: string, digest: bigint): void {
    const { n, sum } = this.sums.get(channel) ?? { n: 0, sum: 0n }
    this.sums.set(channel, { n: n + 1, sum: (sum + digest) % MODULUS })
  }

  of(channel: string): Digest {
    const { n, sum } = this.sums.get(channel) ?? { n: 0, sum: 0n }
    return { n, d: sum.toString(16).padStart(32, '0') }
  }
}
