/**
 * The content of a service report, put together from records as report.json says. The mirror of sync/report.py:
 * the customer signs its hash on the phone and the server checks it, so nothing may depend on who composed it.
 */
import reportJson from '@tables/report.json'
import type { CommandArgs } from '../protocol/generated/commands'
import type { Json } from '../protocol/json'
import { canonical, sha256Hex } from './canonical'
import { agreedMinutes, charge } from './charges'
import { entitlementOf } from './entitlement'
import { spansOf, workedMinutes } from './labour'
import type { Data, ReportSection, ReportTable } from './tables'

const REPORT = reportJson as unknown as ReportTable

/** A record with its id. */
export type Identified = Data & { id: string }

export interface Records {
  read: (kind: string, id: string) => Promise<Identified | undefined>
  /** The records of a kind whose fields have the given values; all for none. */
  find: (kind: string, where: Record<string, Json>) => Promise<Identified[]>
}

export type Outcome = NonNullable<CommandArgs['signoff.present']['outcome']>

/** What is given; it becomes the section `report`. */
export interface Given {
  report_id: string
  order_id: string
  visit_id: string
  round: number
  provisional_number: string
  /** With what the visit ends; `parts_pending` makes it an interim report. Of reports since the third template. */
  outcome?: Outcome
  /** Of an amendment: the signed report that it amends, that one's hash, its number among the amendments. */
  amends?: string
  amends_hash?: string
  amendment?: number
}

interface Line extends Data {
  quantity: number
  price_fen: number | null
  line_fen: number | null
}

/** The content, and the section names that every screen may rely on. */
export type ReportContent = Data & { parts: Line[]; photos: Data[]; total_fen: number | null }

export interface SealedReport {
  content: ReportContent
  /** SHA-256 of the canonical content: what the customer signs. */
  hash: string
}

class Composition {
  /** The records found so far, by the names of their sections. */
  readonly found = new Map<string, Identified | null>()

  constructor(
    private readonly given: Data,
    private readonly records: Records,
  ) {}

  async section(section: ReportSection): Promise<Json> {
    if (section.where !== undefined) return this.list(section, section.where)
    const record = await this.one(section)
    this.found.set(section.as, record)
    return record === null ? null : only(record, section.fields)
  }

  private async one(section: ReportSection): Promise<Identified | null> {
    if (section.one === true) return (await this.records.find(section.kind, {}))[0] ?? null
    return this.read(section.kind, this.at(section.id ?? ''))
  }

  private async list(section: ReportSection, paths: Record<string, string>): Promise<Data[]> {
    const where = Object.fromEntries(Object.entries(paths).map(([field, path]) => [field, this.at(path)]))
    const found = await this.records.find(section.kind, where)
    const counted = section.unless === undefined ? found : found.filter((record) => (record[section.unless as string] ?? null) === null)
    const sorted = [...counted].sort((one, other) => compare(one, other, section.sort ?? []))
    return Promise.all(sorted.map((record) => this.line(record, section)))
  }

  private async line(record: Identified, section: ReportSection): Promise<Data> {
    const line = only(record, section.fields)
    for (const { kind, id, fields } of section.join ?? [])
      Object.assign(line, only((await this.read(kind, record[id] ?? null)) ?? {}, fields))
    return line
  }

  private async read(kind: string, id: Json): Promise<Identified | null> {
    return typeof id === 'string' ? ((await this.records.read(kind, id)) ?? null) : null
  }

  /** `order_id`: what was given. `order.site_id`: a field of a section's record. */
  private at(path: string): Json {
    const [section, field] = path.split('.') as [string, string | undefined]
    if (field === undefined) return this.given[section] ?? null
    return this.found.get(section)?.[field] ?? null
  }
}

function compare(one: Data, other: Data, fields: readonly string[]): number {
  for (const field of fields) {
    const [a, b] = [one[field] as string, other[field] as string]
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

function only(record: Data, fields: readonly string[]): Data {
  return Object.fromEntries(fields.map((name) => [name, record[name] ?? null]))
}

function lineFen({ price_fen, quantity }: Line, covered: boolean): number | null {
  if (covered) return 0
  return price_fen === null ? null : quantity * price_fen
}

/**
 * Puts a report together. A section whose record is missing is null; money is in fen.
 *
 * @param day on which cover is asked (`coverDay`), `YYYY-MM-DD`
 */
export async function compose(
  given: Given,
  day: string,
  records: Records,
  table: ReportTable = REPORT,
): Promise<ReportContent> {
  const facts = { ...given } as unknown as Data
  const made = new Composition(facts, records)
  const content: Data = { template: table.template, version: table.version, report: facts }
  for (const section of table.sections) content[section.as] = await made.section(section)
  const unit = made.found.get('unit') ?? null
  const history = unit === null ? [] : await records.find('service_history', { unit_id: unit.id })
  const decisions = await records.find('cover_decision', { order_id: given.order_id })
  const cover = entitlementOf(unit, day, history, decisions)
  content['entitlement'] = { ...cover, day }
  const parts = content['parts'] as Line[]
  for (const line of parts) line.line_fen = lineFen(line, cover.covered)
  const minutes = agreedMinutes(await records.find('consent', { order_id: given.order_id }))
  const hour_fen = ((await records.read('labour_rate', 'labour'))?.['hour_fen'] ?? null) as number | null
  const { labour_fen, total_fen } = charge(parts, minutes, hour_fen, cover.covered)
  content['labour'] = { minutes, hour_fen, labour_fen, ...worked(table, made.found.get('visit')) }
  content['total_fen'] = total_fen
  return content as ReportContent
}

/** What the clock of the visit says, where the template asks for it. */
function worked(table: ReportTable, visit: Identified | null | undefined): Data {
  if (!table.computed.includes('labour.worked')) return {}
  const spans = spansOf(visit?.['labour'])
  return { spans, worked_minutes: workedMinutes(spans) }
}

/** Content with the hash of its one canonical text. */
export function seal(content: ReportContent): SealedReport {
  return { content, hash: sha256Hex(canonical(content)) }
}
