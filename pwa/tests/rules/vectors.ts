import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Entry } from '@/protocol/messages'

const FOLDER = process.env['ONSITE_VECTORS'] ?? new URL('../../../sync/vectors', import.meta.url).pathname

/** A whole file: what its cases share lies beside them. */
export function fileOf(name: string): Record<string, unknown> {
  const file = `${FOLDER}/${name}.json`
  if (!existsSync(file)) throw new Error(`there are no vectors called ${name}`)
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
}

/** Cases that Python and TypeScript both replay: sync/vectors/<name>.json. */
export function casesOf<T>(name: string): (T & { name: string })[] {
  const cases = fileOf(name)['cases'] as (T & { name: string })[]
  if (cases.length === 0) throw new Error(`the vectors of ${name} are empty`)
  return cases
}

/** Journals as apps of older versions pushed them, by version. */
export function journals(): { name: string; entries: Entry[] }[] {
  const names = readdirSync(`${FOLDER}/journals`).map((file) => file.replace('.json', ''))
  if (names.length === 0) throw new Error('no journal was ever recorded')
  return names.map((name) => {
    const { mutations } = fileOf(`journals/${name}`)['request'] as { mutations: Entry[] }
    return { name, entries: mutations }
  })
}
