/** What only this phone has, in a locked file: for a phone that can't send, or is to be handed over. */
import type { Journal, Moment } from '../journal/journal'
import { lockParcel, type ParcelPhoto } from '../protocol/parcel'
import { entryOf } from '../rules/journal'

export interface Carrier {
  person_id: string
  person_name: string
  device_code: string
}

/**
 * Packs unsent entries and photos. Nothing on the phone changes: it still sends them if it can.
 *
 * @param words that open the file again; nobody can without them.
 */
export async function takeAway(journal: Journal, moment: Moment, carrier: Carrier, words: string): Promise<Blob> {
  const entries = (await journal.pending()).map(entryOf)
  const photos: ParcelPhoto[] = []
  for await (const { sha256, type } of journal.unsentPhotos()) photos.push({ sha256, type })
  const { made_at, ...clock } = moment
  const list = { ...carrier, made_at, clock: { device_time: made_at, ...clock }, entries, photos }
  return lockParcel(words, list, async (sha256) => {
    const photo = await journal.photo(sha256)
    if (photo === undefined) throw new Error(`the photo ${sha256} left the phone while it was packed`)
    return photo.bytes
  })
}
