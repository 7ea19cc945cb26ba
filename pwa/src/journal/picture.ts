/** The arithmetic of shrinking a photo; runs in a worker, or in the page where a worker can't draw. */

/** What a photo becomes: the evidence, and a small picture that travels with the record. */
export interface Picture {
  bytes: ArrayBuffer
  /** HEIC where this browser can't read it: then the bytes are those of the camera. */
  media_type: 'image/jpeg' | 'image/heic'
  width: number
  height: number
  /** A data address of at most 40,000 characters. */
  thumb: string
}

/** Raised when a file is no picture that this browser can read. */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture'
}

/** Long edge of the evidence in pixels: iOS canvases fail above 16.7 million pixels in all. */
const LONG_EDGE = 2048
const THUMB_EDGE = 320
const THUMB_CHARACTERS = 40_000

/** Something to draw on: an OffscreenCanvas, or a page's canvas behind the same two doors. */
export interface Surface {
  draw: (image: ImageBitmap, width: number, height: number) => void
  jpeg: (quality: number) => Promise<Blob>
}

export type MakeSurface = (width: number, height: number) => Surface

/** Width and height with the long edge at most `edge`; never enlarged. */
export function fitted(width: number, height: number, edge: number): { width: number; height: number } {
  const scale = Math.min(1, edge / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

async function dataAddress(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return `data:image/jpeg;base64,${btoa(binary)}`
}

/** A small picture that fits its bound: first less quality, then fewer pixels. */
async function thumbOf(image: ImageBitmap, make: MakeSurface): Promise<string> {
  for (const [edge, quality] of [[THUMB_EDGE, 0.7], [THUMB_EDGE, 0.5], [240, 0.5], [160, 0.4]] as const) {
    const size = fitted(image.width, image.height, edge)
    const surface = make(size.width, size.height)
    surface.draw(image, size.width, size.height)
    const address = await dataAddress(await surface.jpeg(quality))
    if (address.length <= THUMB_CHARACTERS) return address
  }
  throw new UnreadablePicture('the picture has no small form')
}

/**
 * Shrinks a photo, upright, without the camera's notes (position, model): those are not ours to pass on.
 *
 * @throws UnreadablePicture
 */
export async function picture(file: Blob, make: MakeSurface): Promise<Picture> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch((error: unknown) => {
    throw new UnreadablePicture('this browser cannot read the picture', { cause: error })
  })
  try {
    const size = fitted(image.width, image.height, LONG_EDGE)
    const surface = make(size.width, size.height)
    surface.draw(image, size.width, size.height)
    const bytes = await (await surface.jpeg(0.85)).arrayBuffer()
    return { bytes, media_type: 'image/jpeg', ...size, thumb: await thumbOf(image, make) }
  } finally {
    image.close()
  }
}
