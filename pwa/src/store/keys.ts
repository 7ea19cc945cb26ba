/** What `by` can look up: the fields that point at other records, as kinds.json declares them. */
import { KINDS, type Data } from '../rules/tables'

const INDEXED = new Map<string, string[]>()

/** The indexed fields of a kind: those of the type `id`. */
export function indexedFields(kind: string): readonly string[] {
  let fields = INDEXED.get(kind)
  if (fields === undefined) {
    const declared = Object.entries(KINDS[kind] ?? {})
    fields = declared.filter(([, type]) => type === 'id' || type === 'id?').map(([name]) => name)
    INDEXED.set(kind, fields)
  }
  return fields
}

/** Names the set of all indexed fields: rows that were written under another one have other keys. */
export const INDEX = Object.keys(KINDS)
  .sort()
  .map((kind) => `${kind}:${indexedFields(kind).join()}`)
  .join(' ')

export function keyOf(kind: string, field: string, value: string): string {
  return `${kind}/${field}/${value}`
}

/** The index entries of a record. */
export function keysOf(kind: string, data: Data): string[] {
  const keys: string[] = []
  for (const field of indexedFields(kind)) {
    const value = data[field]
    if (typeof value === 'string') keys.push(keyOf(kind, field, value))
  }
  return keys
}
