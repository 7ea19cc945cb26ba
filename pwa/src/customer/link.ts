/** One link, opened: what the page shows of it. */
import { onBeforeUnmount, reactive, ref, type Ref } from 'vue'
import { readLink, readLinkPhoto, type LinkAnswer } from '@/protocol/links'
import { isPhoto } from './check'
import { opened, type Opening } from './opening'

/** How many photos were compared with their fingerprints, and with what result. */
export interface PhotoTally {
  right: number
  /** Shown, but copies without notes of place: nothing to compare. */
  copies: number
  missing: number
  /** Fingerprints of those whose file is another one. */
  wrong: string[]
}

export interface Link {
  state: Ref<Opening<LinkAnswer>>
  photos: Readonly<PhotoTally>
  open: () => Promise<void>
  /** Where <img> finds a photo; null when it hasn't arrived; rejects when it isn't the one that was sealed. */
  photo: (sha256: string) => Promise<string | null>
}

async function photoOf(token: string, sha256: string, tally: PhotoTally): Promise<string | null> {
  const found = await readLinkPhoto(token, sha256)
  if (found === null) {
    tally.missing += 1
    return null
  }
  if (found.copy) tally.copies += 1
  else if (isPhoto(await found.picture.arrayBuffer(), sha256)) tally.right += 1
  else {
    tally.wrong.push(sha256)
    throw new Error(`photo ${sha256} is not the one that was sealed`)
  }
  return URL.createObjectURL(found.picture)
}

/**
 * Follows one link.
 *
 * @param language for the server's messages
 */
export function useLink(token: string, language: () => string): Link {
  const state = ref<Opening<LinkAnswer>>({ at: 'loading' })
  const photos = reactive<PhotoTally>({ right: 0, copies: 0, missing: 0, wrong: [] })
  const open = async (): Promise<void> => {
    state.value = { at: 'loading' }
    Object.assign(photos, { right: 0, copies: 0, missing: 0, wrong: [] })
    state.value = await opened(readLink(token, language()))
  }
  const again = (): void => {
    if (state.value.at === 'offline') void open()
  }
  addEventListener('online', again)
  onBeforeUnmount(() => removeEventListener('online', again))
  return { state, photos, open, photo: (sha256) => photoOf(token, sha256, photos) }
}
