/** Photos in the camera's own form (HEIC), which most browsers can't show: kept as they were taken, to be seen from the server. */
import { UnreadablePicture, type Picture } from './picture'

/** The most that the server takes. */
const MOST_BYTES = 20 * 1024 * 1024
/** The head of the file with its sizes is far shorter. */
const HEAD_BYTES = 256 * 1024
const BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'])

/** Says what it is, since there is nothing to show. */
const CARD =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240"><rect width="320" height="240" fill="#ddd9d1"/>' +
  '<path d="M60 170l60-70 45 50 30-30 65 50z" fill="#857f74"/><circle cx="220" cy="80" r="18" fill="#857f74"/>' +
  '<text x="160" y="215" font-family="sans-serif" font-size="30" font-weight="700" text-anchor="middle" fill="#3b3732">HEIC</text></svg>'

const THUMB = `data:image/svg+xml;base64,${btoa(CARD)}`

function wordAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

/** Whether a file says of itself that it is HEIC; its name and type are not believed. */
export function isHeic(head: Uint8Array): boolean {
  return wordAt(head, 4) === 'ftyp' && BRANDS.has(wordAt(head, 8))
}

/** The largest of the sizes that its head names (the others are of its thumbnail and its tiles). */
export function sizeOf(head: Uint8Array): { width: number; height: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  let found = { width: 1, height: 1 }
  for (let at = 8; at + 16 <= head.length; at += 1) {
    if (head[at] !== 0x69 || wordAt(head, at) !== 'ispe') continue
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)]
    if (width <= 20_000 && height <= 20_000 && width * height > found.width * found.height) found = { width, height }
  }
  return found
}

/**
 * The photo as it was taken, where this browser can't read it and it is one of this kind.
 *
 * @throws UnreadablePicture where it is no HEIC, or too large to be sent
 */
export async function asTaken(file: Blob, reason: UnreadablePicture): Promise<Picture> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  if (!isHeic(head) || file.size > MOST_BYTES) throw reason
  return { bytes: await file.arrayBuffer(), media_type: 'image/heic', ...sizeOf(head), thumb: THUMB }
}
