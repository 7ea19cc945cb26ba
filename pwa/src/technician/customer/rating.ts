/** What the customer thinks goes to the office closed: the engineer carries it and cannot read it. */
import type { CommandArgs } from '@/protocol/generated/commands'
import type { Field } from '@/sync/field'
import { boxKey, sealBox } from '@/sync/sealedBox'
import { sealingKey } from '../session/introduce'
import type { Signing } from './draft'

type Told = Pick<CommandArgs['signoff.sign'], 'rating' | 'comment' | 'sealed_rating'>

/**
 * The rating as the command takes it: in a box, or open where this phone knows no key of the installation or can make
 * none (a page without HTTPS).
 */
export async function ratingOf(field: Field, { rating, comment }: Signing, reportHash: string): Promise<Told> {
  const told = { rating, comment: comment.trim() || null }
  if (told.rating === null && told.comment === null) return told
  try {
    const key = await sealingKey(field)
    if (key === undefined) return told
    return { rating: null, comment: null, sealed_rating: await sealBox(told, key, reportHash, await boxKey()) }
  } catch (error) {
    console.warn('the rating could not be closed', error)
    return told
  }
}
