/** A camera's file becomes evidence: at most 2048 px, upright, with a thumbnail. One photo at a time. */
import { picture, UnreadablePicture, type Picture, type Surface } from './picture'
import type { ShrinkAnswer } from './shrink.worker'

export { UnreadablePicture, type Picture }

/** A surface of the page: for browsers whose workers can't draw. */
function onPage(width: number, height: number): Surface {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) throw new UnreadablePicture('this browser cannot draw')
  return {
    draw: (image, w, h) => context.drawImage(image, 0, 0, w, h),
    jpeg: (quality) =>
      new Promise((resolve, reject) =>
        canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture came out')) : resolve(blob)), 'image/jpeg', quality),
      ),
  }
}

function inWorker(file: Blob): Promise<Picture> {
  const worker = new Worker(new URL('./shrink.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<Picture>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ShrinkAnswer>) => {
      if (data.ok !== undefined) resolve(data.ok)
      else reject(new UnreadablePicture(data.failed?.message ?? ''))
    }
    worker.onerror = (event) => reject(new Error(event.message))
    worker.postMessage(file)
  }).finally(() => worker.terminate())
}

async function either(file: Blob): Promise<Picture> {
  const able = typeof Worker !== 'undefined' && typeof OffscreenCanvas !== 'undefined'
  try {
    return await (able ? inWorker(file) : picture(file, onPage))
  } catch (error) {
    if (!(error instanceof UnreadablePicture)) throw error
    const { asTaken } = await import('./heic') // most cameras never need it
    return asTaken(file, error)
  }
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Shrinks a photo; a HEIC that this browser can't read is kept as it was taken. Asked for several at once, it does one after the other: a phone's memory holds one.
 *
 * @throws UnreadablePicture when this browser cannot read the file
 */
export function shrink(file: Blob): Promise<Picture> {
  const next = last.then(() => either(file))
  last = next.catch(() => undefined) // a bad picture must not hold up the next one
  return next
}
