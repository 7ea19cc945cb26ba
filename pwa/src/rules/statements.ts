/** What a device puts its key to. The mirror of sync/statements.py: the server must read the same text. */
import statementsJson from '@tables/statements.json'
import type { Json } from '../protocol/json'
import { canonical, hashOf } from './canonical'
import type { Data, StatementTable } from './tables'

const STATEMENTS = statementsJson as StatementTable

/**
 * The canonical text that the device signs: the command's name and the values that must stand; long ones (a drawn
 * signature) by their hash. What is absent stands as null.
 */
export function statementText(name: string, args: Readonly<Data>): string {
  const { plain, hashed } = STATEMENTS[name] ?? { plain: [], hashed: [] }
  const told: Record<string, Json> = { states: name }
  for (const field of plain) told[field] = args[field] ?? null
  for (const field of hashed) told[field] = args[field] == null ? null : hashOf(args[field])
  return canonical(told)
}
