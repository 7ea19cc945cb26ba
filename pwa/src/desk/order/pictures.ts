/** Addresses of pictures: the small one travels in the record, the whole one is fetched by its hash. */

/** An address for a picture that a record carries, as data URL or as bare base64. */
export function inlinePicture(text: string, type: string): string {
  return text.startsWith('data:') ? text : `data:${type};base64,${text}`
}

/** What no browser shows (HEIC) comes as a JPEG; a JPEG comes as it is. */
export function photoAddress(sha256: string): string {
  return `/api/v1/photos/${sha256}?form=jpeg`
}
