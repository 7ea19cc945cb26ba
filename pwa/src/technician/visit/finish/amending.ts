/** An amendment that the engineer has begun: why, kept on the phone until it is presented. */
import type { Field } from '@/sync/field'

const key = (visit: string): string => `amending:${visit}`

/** The reason of the amendment that was begun; null where none was. */
export async function amendmentOf(field: Field, visit: string): Promise<string | null> {
  return (await field.journal.fact<string | null>(key(visit))) ?? null
}

export async function beginAmendment(field: Field, visit: string, reason: string): Promise<void> {
  await field.journal.setFact(key(visit), reason)
}

export async function endAmendment(field: Field, visit: string): Promise<void> {
  await field.journal.setFact(key(visit), null)
}
