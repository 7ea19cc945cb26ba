/**
 * What a signature under a plan stands for: the plan as it was told, in one canonical text. The server compares it with the
 * recorded answer, and keeps it as it came.
 */
import type { CommandArgs } from '@/protocol/generated/commands'
import { newId } from '@/protocol/ids'
import type { Json } from '@/protocol/json'
import { hashOf } from '@/rules/canonical'
import type { Field } from '@/sync/field'
import type { VisitFacts } from '../steps'
import type { Asked, PlannedPart, Prices } from './asking'

const VERSION = 1

/** The parts by name and price, as they stood on the screen. */
async function toldParts(field: Field, parts: readonly PlannedPart[], prices: Prices): Promise<Json[]> {
  const known = await field.many('part', parts.map(({ part_id }) => part_id))
  const priced = prices.of(parts)
  return parts.map(({ part_id, quantity }, at) => {
    const { number = null, name_zh = null, name_en = null, measure = null } = known.get(part_id) ?? {}
    return { part_id, quantity, number, name_zh, name_en, measure, price_fen: priced[at]?.price_fen ?? null }
  })
}

/** Records an answer that was signed: under the hash of what was told, with this device's signature. */
export async function recordSigned(
  field: Field,
  { visit, order, unit, cover }: Pick<VisitFacts, 'visit' | 'order' | 'unit' | 'cover'>,
  asked: Asked & { strokes: NonNullable<Asked['strokes']> },
  { prices, language }: { prices: Prices; language: string },
): Promise<unknown> {
  const { answer, given_by, how, method = null, minutes = null, parts, price_fen = null } = asked
  const ids = { consent_id: newId(), visit_id: visit.id, order_id: visit.order_id }
  const content = {
    statement: 'plan', version: VERSION, ...ids, language, told_at: field.now(),
    order_number: order?.number ?? null, unit_serial: unit?.serial ?? null, basis: cover?.basis ?? null,
    answer, given_by, how, method, minutes, hour_fen: prices.hour_fen, price_fen,
    parts: await toldParts(field, parts, prices),
  }
  const args: CommandArgs['visit.record_consent'] = { ...ids, ...asked, content, hash: hashOf(content) }
  return field.actSealed('visit.record_consent', args)
}
