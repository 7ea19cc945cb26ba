/** Asking the customer: who, how, and what they were told. */
import type { CommandArgs } from '@/protocol/generated/commands'
import { newId } from '@/protocol/ids'
import type { Priced } from '@/rules/charges'
import type { Field } from '@/sync/field'
import type { VisitFacts } from '../steps'

export const WAYS = ['in_person', 'phone', 'wechat'] as const
export type Way = (typeof WAYS)[number]

export interface PlannedPart {
  part_id: string
  quantity: number
}

export type Asked = Omit<CommandArgs['visit.record_consent'], 'consent_id' | 'visit_id' | 'order_id'>

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
