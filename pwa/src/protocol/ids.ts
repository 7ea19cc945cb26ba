/** UUIDv7: made anywhere, sorted by the time they were made, never asked for from a server. */

let lastMs = 0
let lastCounter = 0

/** The counter within a millisecond keeps ids of one page in order, even when the clock is set back. */
function tick(now: number): [ms: number, counter: number] {
  if (now > lastMs) {
    lastMs = now
    lastCounter = crypto.getRandomValues(new Uint16Array(1))[0]! & 0x07ff // room to count upwards
  } else if (lastCounter < 0x0fff) {
    lastCounter += 1
  } else {
    lastMs += 1
    lastCounter = 0
  }
  return [lastMs, lastCounter]
}

/**
 * A new id: UUIDv7 as lower-case text of 36 characters (RFC 9562).
 *
 * @param now milliseconds since 1970 of the device.
 */
export function newId(now: number = Date.now()): string {
  const [ms, counter] = tick(now)
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(ms / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | (counter >> 8)
  bytes[7] = counter & 0xff
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
