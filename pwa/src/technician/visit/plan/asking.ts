/** Asking the customer: who, how, and what they were told. */
import type { CommandArgs } from '@/protocol/generated/commands'
import { newId } from '@/protocol/ids'
import { agreedTo, type Priced } from '@/rules/charges'
import type { View } from '@/store/store'
import type { Field } from '@/sync/field'
import type { VisitFacts } from '../steps'

export const WAYS = ['in_person', 'phone', 'wechat'] as const
export type Way = (typeof WAYS)[number]

export interface PlannedPart {
  part_id: string
  quantity: number
}

/**
 * What the customer agreed to have replaced, and how many of each: the last answer about a part counts.
 *
 * @param consents oldest first
 */
export function agreedParts(consents: readonly View<'consent'>[]): PlannedPart[] {
  const named = consents.flatMap(({ parts }) => parts as unknown as PlannedPart[])
  const last = new Map(named.map((one) => [one.part_id, one]))
  return [...last.values()].filter(({ part_id }) => agreedTo(part_id, consents))
}

/** Of these, what is not fitted yet. */
export function partsToFit({ consents, lines }: Pick<VisitFacts, 'consents' | 'lines'>): PlannedPart[] {
  const fitted = (part: string): number => lines.filter(({ part_id }) => part_id === part).reduce((sum, { quantity }) => sum + quantity, 0)
  return agreedParts(consents)
    .map(({ part_id, quantity }) => ({ part_id, quantity: quantity - fitted(part_id) }))
    .filter(({ quantity }) => quantity > 0)
}

export type Asked = Omit<CommandArgs['visit.record_consent'], 'consent_id' | 'visit_id' | 'order_id'>

/** Whether an answer was about just this plan. */
export function saysTheSame(one: View<'consent'>, asked: Pick<Asked, 'method' | 'minutes' | 'parts' | 'price_fen'>): boolean {
  const plan = ({ method, minutes, parts, price_fen }: typeof asked): string =>
    JSON.stringify([method, minutes, price_fen, (parts as PlannedPart[]).map(({ part_id, quantity }) => [part_id, quantity])])
  return plan(one as unknown as typeof asked) === plan(asked)
}

export function recordConsent(field: Field, { visit }: Pick<VisitFacts, 'visit'>, asked: Asked): Promise<unknown> {
  return field.act('visit.record_consent', { consent_id: newId(), visit_id: visit.id, order_id: visit.order_id, ...asked })
}

/** What money is made of on this phone; a price that it may not see is null. */
export interface Prices {
  of: (parts: readonly PlannedPart[]) => Priced[]
  hour_fen: number | null
  /** Above it an agreement is signed; null: never. */
  limit_fen: number | null
}

export async function readPrices(field: Field): Promise<Prices> {
  const known = new Map((await field.all('part_price')).map(({ part_id, price_fen }) => [part_id, price_fen]))
  const company = (await field.all('company'))[0]
  return {
    of: (parts) => parts.map(({ part_id, quantity }) => ({ quantity, price_fen: known.get(part_id) ?? null })),
    hour_fen: (await field.get('labour_rate', 'labour'))?.hour_fen ?? null,
    limit_fen: company?.consent_sign_above_fen ?? null,
  }
}
