/**
 * The sealed content of a service report, as the view reads it. It was put together by `sync/tables/report.json`,
 * perhaps years ago by an older template: what is missing is null here, never an error. Nothing is computed anew.
 */
import { marksOf, type Mark } from '../marks/marks'

type Texts<K extends string> = { readonly [key in K]: string | null }

export type ReportPart = Texts<'number' | 'name_zh' | 'name_en' | 'measure' | 'new_serial' | 'old_serial'> & {
  readonly quantity: number
  /** Price of one, in fen; null where none is agreed. */
  readonly price_fen: number | null
  /** What this line costs the customer, in fen: 0 under cover. */
  readonly line_fen: number | null
}

export type ReportPhoto = Texts<'slot' | 'caption' | 'taken_at'> & { readonly sha256: string; readonly marks: readonly Mark[] }

export type ReportReading = Texts<'code' | 'name_zh' | 'name_en' | 'measure'> & {
  /** Whole numbers of the last of `decimals` places. */
  readonly value: number
  readonly decimals: number
  readonly min: number | null
  readonly max: number | null
}

/** The words in which it was asked, where the company's list had its own; `ok`: in order, not in order, or null for what does not apply. */
export type ReportCheck = Texts<'name_zh' | 'name_en'> & { readonly id: string; readonly ok: boolean | null }

export type ReportSpan = Texts<'start' | 'stop'>

/** What the work waits for: of interim reports. */
export type ReportAwaited = Texts<'number' | 'name_zh' | 'name_en' | 'measure'> & { readonly quantity: number }

export interface ReportContent {
  /** The work goes on at another visit; since the third template. */
  readonly interim: boolean
  readonly company: Texts<
    'name_zh' | 'name_en' | 'address' | 'phone' | 'report_terms_zh' | 'report_terms_en' | 'privacy_zh' | 'privacy_en'
  >
  readonly order: Texts<'number' | 'type' | 'symptom' | 'received_at' | 'contact_name' | 'contact_phone'>
  readonly customer: Texts<'name' | 'name_en'>
  readonly site: Texts<'name' | 'address'>
  readonly unit: Texts<'serial' | 'batch' | 'warranty_end' | 'agreement_number' | 'agreement_end'>
  readonly model: Texts<'code' | 'name_zh' | 'name_en'>
  readonly visit: Texts<
    'arrived_at' | 'arrival_method' | 'failure_mode' | 'onset' | 'diagnosis' | 'work_done' | 'test_result'
  > & {
    readonly running_hours: number | null
    /** These three are of reports since the second template. */
    readonly readings: readonly ReportReading[]
    readonly checklist: readonly ReportCheck[]
    readonly work_report: string | null
    readonly awaited: readonly ReportAwaited[]
    readonly awaited_note: string | null
    /** `YYYY-MM-DD`. */
    readonly next_visit_on: string | null
  }
  readonly engineer: Texts<'name_zh' | 'name_en' | 'badge'>
  readonly fault: Texts<'code' | 'name_zh' | 'name_en'>
  readonly photos: readonly ReportPhoto[]
  readonly parts: readonly ReportPart[]
  /** `clause`, `decided` and the days are of reports since rule packs have versions. */
  readonly entitlement: Texts<'basis' | 'until' | 'clause'> & {
    readonly covered: boolean
    readonly decided: boolean
    readonly repair_days: number | null
    readonly rest_days: number | null
  }
  /** That was agreed to; null in reports from before labour was charged. */
  readonly labour: { readonly minutes: number; readonly labour_fen: number } | null
  /** By the clock; nothing in reports of the first template. */
  readonly worked: { readonly minutes: number; readonly spans: readonly ReportSpan[] }
  /** What the customer had said to earlier rounds. */
  readonly disputes: readonly Texts<'reason' | 'raised_at'>[]
  /** By which template and rules it was put together; null in reports of the first template, which did not name them. */
  readonly versions: { readonly form: string; readonly pack: string; readonly rules: string } | null
  /** What the customer pays, in fen; null where a price is not known. */
  readonly total_fen: number | null
  /** Number of the amendment; null for a report that amends none. */
  readonly amendment: number | null
}

/** A signature, with the names of its record. */
export interface ReportSignature {
  /** The drawn name: a data URL of a picture. */
  readonly image: string
  readonly signer_name: string
  readonly signer_title: string | null
  readonly signed_at: string
  /** 1 to 5, or null where none was given. */
  readonly rating: number | null
  readonly comment: string | null
  /** Of a paper with the customer's stamp: the hash of its photo. */
  readonly paper_sha256?: string | null
}

/** Why a report has no signature, with the names of its record. */
export interface ReportUnsigned {
  readonly reason: string
  readonly explanation: string | null
  readonly witness: string | null
}

/** The official number comes from the server, the provisional one stays valid for ever. */
export interface ReportNumbers {
  readonly provisional: string
  readonly official: string | null
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : []
}

function texts<K extends string>(value: unknown, ...keys: K[]): Texts<K> {
  const from = record(value)
  const pairs = keys.map((key) => [key, typeof from[key] === 'string' && from[key] !== '' ? from[key] : null])
  return Object.fromEntries(pairs) as Texts<K>
}

function integer(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
}

function part(from: Record<string, unknown>): ReportPart {
  return {
    ...texts(from, 'number', 'name_zh', 'name_en', 'measure', 'new_serial', 'old_serial'),
    quantity: integer(from['quantity']) ?? 0,
    price_fen: integer(from['price_fen']),
    line_fen: integer(from['line_fen']),
  }
}

function labour(from: Record<string, unknown>): ReportContent['labour'] {
  const [minutes, fen] = [integer(from['minutes']), integer(from['labour_fen'])]
  return minutes === null || fen === null ? null : { minutes, labour_fen: fen }
}

function photo(from: Record<string, unknown>): ReportPhoto {
  const sha256 = typeof from['sha256'] === 'string' ? from['sha256'] : ''
  return { ...texts(from, 'slot', 'caption', 'taken_at'), sha256, marks: marksOf(from['marks']) }
}

function reading(from: Record<string, unknown>): ReportReading {
  return {
    ...texts(from, 'code', 'name_zh', 'name_en', 'measure'),
    value: integer(from['value']) ?? 0,
    decimals: integer(from['decimals']) ?? 0,
    min: integer(from['min']),
    max: integer(from['max']),
  }
}

function check(from: Record<string, unknown>): ReportCheck {
  const { id, ok } = from
  return { ...texts(from, 'name_zh', 'name_en'), id: typeof id === 'string' ? id : '', ok: typeof ok === 'boolean' ? ok : null }
}

function worked(from: Record<string, unknown>): ReportContent['worked'] {
  return { minutes: integer(from['worked_minutes']) ?? 0, spans: records(from['spans']).map((one) => texts(one, 'start', 'stop')) }
}

function versions(from: Record<string, unknown>): ReportContent['versions'] {
  const [version, cover] = [integer(from['version']) ?? 1, record(from['entitlement'])]
  if (version < 2) return null
  return { form: String(version), pack: String(cover['pack']), rules: String(cover['version']) }
}

/** Reads sealed content; tolerant of older templates, so a report stays readable for as long as it is kept. */
export function readContent(sealed: unknown): ReportContent {
  const from = record(sealed)
  const visit = record(from['visit'])
  const entitlement = record(from['entitlement'])
  return {
    interim: record(from['report'])['outcome'] === 'parts_pending',
    company: texts(
      from['company'],
      'name_zh', 'name_en', 'address', 'phone', 'report_terms_zh', 'report_terms_en', 'privacy_zh', 'privacy_en',
    ),
    order: texts(from['order'], 'number', 'type', 'symptom', 'received_at', 'contact_name', 'contact_phone'),
    customer: texts(from['customer'], 'name', 'name_en'),
    site: texts(from['site'], 'name', 'address'),
    unit: texts(from['unit'], 'serial', 'batch', 'warranty_end', 'agreement_number', 'agreement_end'),
    model: texts(from['model'], 'code', 'name_zh', 'name_en'),
    visit: {
      ...texts(visit, 'arrived_at', 'arrival_method', 'failure_mode', 'onset', 'diagnosis', 'work_done', 'test_result'),
      running_hours: integer(visit['running_hours']),
      readings: records(visit['readings']).map(reading),
      checklist: records(visit['checklist']).map(check),
      ...texts(visit, 'work_report', 'awaited_note', 'next_visit_on'),
      awaited: records(visit['awaited']).map((one) => ({ ...texts(one, 'number', 'name_zh', 'name_en', 'measure'), quantity: integer(one['quantity']) ?? 0 })),
    },
    engineer: texts(from['engineer'], 'name_zh', 'name_en', 'badge'),
    fault: texts(from['fault'], 'code', 'name_zh', 'name_en'),
    photos: records(from['photos']).map(photo),
    parts: records(from['parts']).map(part),
    entitlement: {
      ...texts(entitlement, 'basis', 'until', 'clause'),
      covered: entitlement['covered'] === true,
      decided: entitlement['decided'] === true,
      repair_days: integer(entitlement['repair_days']),
      rest_days: integer(entitlement['rest_days']),
    },
    labour: labour(record(from['labour'])),
    worked: worked(record(from['labour'])),
    disputes: records(from['disputes']).map((one) => texts(one, 'reason', 'raised_at')),
    versions: versions(from),
    total_fen: integer(from['total_fen']),
    amendment: integer(record(from['report'])['amendment']),
  }
}
