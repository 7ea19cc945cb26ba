/** Shrinks photos beside the page, so that the screen never stands still. */
import { picture, type Picture, type Surface } from './picture'

export interface ShrinkAnswer {
  ok?: Picture
  failed?: { name: string; message: string }
}

function offscreen(width: number, height: number): Surface {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no drawing in this worker')
  return {
    draw: (image, w, h) => context.drawImage(image, 0, 0, w, h),
    jpeg: (quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }),
  }
}

async function answer(file: Blob): Promise<void> {
  try {
    const ok = await picture(file, offscreen)
    postMessage({ ok } satisfies ShrinkAnswer, { transfer: [ok.bytes] })
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    postMessage({ failed: { name, message } } satisfies ShrinkAnswer)
  }
}

self.onmessage = (event: MessageEvent<Blob>) => void answer(event.data)
