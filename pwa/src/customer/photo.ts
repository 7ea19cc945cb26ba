/**
 * A customer's photo, made small before it is sent: in the page itself, by what browsers have had for ten years.
 * What cannot be drawn here is sent as it is, if it is not too large: the server looks at it.
 */
import { GUEST } from '@/rules/work'

const LONG_EDGE = 1600
const QUALITY = 0.8

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => resolve(image)
    image.onerror = () => reject(new Error('this browser cannot read the picture'))
    image.src = address
  })
}

/** Draws upright: browsers of the last years turn a picture by its own notes. */
async function drawn(file: Blob): Promise<Blob> {
  const address = URL.createObjectURL(file)
  try {
    const image = await loaded(address)
    const scale = Math.min(1, LONG_EDGE / Math.max(image.naturalWidth, image.naturalHeight))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('this browser cannot draw')
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture came out')) : resolve(blob)), 'image/jpeg', QUALITY),
    )
  } finally {
    URL.revokeObjectURL(address)
  }
}

/** FileReader reads a blob in WebViews that have no `Blob.arrayBuffer`. */
function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as ArrayBuffer)
    reader.onerror = () => reject(reader.error ?? new Error('the picture could not be read'))
    reader.readAsArrayBuffer(blob)
  })
}

/**
 * The bytes to send of a chosen file; null when it cannot be sent.
 */
export async function small(file: Blob): Promise<ArrayBuffer | null> {
  const blob = await drawn(file).catch((error: unknown) => {
    console.warn('the photo goes as it is', error)
    return file
  })
  return blob.size > GUEST.photo_bytes ? null : bytesOf(blob)
}
