/** Proof of work: what this device computes before a report that looks like spam is taken in. */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import guestJson from '@tables/guest.json'

export const GUEST = guestJson

/** Tries between which the page may draw and answer a tap. */
const AT_ONCE = 500

/**
 * Whether the hash of a report's id and the work begins with enough zero bits.
 *
 * @param bits each more doubles the tries
 */
export function enough(reportId: string, work: string, bits: number): boolean {
  const digest = sha256(utf8ToBytes(`${reportId}:${work}`))
  const whole = Math.floor(bits / 8)
  for (let at = 0; at < whole; at++) if (digest[at] !== 0) return false
  return bits % 8 === 0 || (digest[whole] as number) >> (8 - (bits % 8)) === 0
}

/** Finds work by trying: some seconds on an old phone, which stays usable meanwhile. */
export async function workFor(reportId: string, bits: number = GUEST.work_bits): Promise<string> {
  for (let n = 0; ; n++) {
    if (enough(reportId, String(n), bits)) return String(n)
    if (n % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve))
  }
}
