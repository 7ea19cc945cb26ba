/** What the customer thinks goes to the office closed: the engineer carries it and cannot read it. */
import type { CommandArgs } from '@/protocol/generated/commands'
import type { Field } from '@/sync/field'
import { boxKey, sealBox } from '@/sync/sealedBox'
import { sealingKey } from '../session/introduce'
import type { Signing } from './draft'

type Told = Pick<CommandArgs['signoff.sign'], 'rating' | 'comment' | 'sealed_rating'>
type Opinion = Pick<Signing, 'sealed' | 'rating' | 'comment'>

/**
 * What is kept of an opinion as soon as it is given: a box, or the words themselves where this phone knows no key of the
 * installation or can make none (a page without HTTPS).
 */
export async function closed(field: Field, rating: number | null, comment: string, reportHash: string): Promise<Opinion> {
  const open = { sealed: null, rating, comment }
  const told = { rating, comment: comment.trim() || null }
  if (told.rating === null && told.comment === null) return open
  try {
    const key = await sealingKey(field)
    if (key === undefined) return open
    return { sealed: await sealBox(told, key, reportHash, await boxKey()), rating: null, comment: '' }
  } catch (error) {
    console.warn('the rating could not be closed', error)
    return open
  }
}

/** An opinion as the command takes it. */
export function ratingOf({ sealed, rating, comment }: Opinion): Told {
  return sealed === null ? { rating, comment: comment.trim() || null } : { rating: null, comment: null, sealed_rating: sealed }
}
