/** Where a photo's picture comes from: this phone's bytes, else the server. */
import type { Field } from '@/sync/field'

const ANSWER_MS = 8_000

/** Whether the server shows it; asked by loading it, for a phone does not know what it may still fetch. */
function loads(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const image = new Image()
    const timer = setTimeout(() => resolve(false), ANSWER_MS)
    image.onload = image.onerror = (event): void => {
      clearTimeout(timer)
      resolve(typeof event === 'object' && event.type === 'load')
    }
    image.src = address
  })
}

/**
 * An address for `<img>`. A `blob:` address belongs to whoever asked and is revoked by them.
 *
 * @returns null when neither the phone nor the server has the picture now.
 */
export async function photoAddress(field: Field, sha256: string): Promise<string | null> {
  const file = await field.journal.photo(sha256)
  if (file !== undefined && file.type !== 'image/heic') return URL.createObjectURL(new Blob([file.bytes], { type: file.type }))
  const remote = `/api/v1/photos/${sha256}?form=jpeg` // what no browser shows comes as a JPEG
  return (await loads(remote)) ? remote : null
}
