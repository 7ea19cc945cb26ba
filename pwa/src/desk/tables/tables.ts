/** The company's tables as spreadsheets: what the server says of them, and a file on its way there. */

export interface TableColumn {
  field: string
  label: string
  required: boolean
  hint: string
}

export interface CompanyTable {
  name: string
  label: string
  columns: TableColumn[]
}

export interface Trouble {
  line: number
  /** Field of the column; empty where the whole row is wrong. */
  column: string
  value: string
  code: string
}

/** What became of a file, or would become of it. */
export interface Report {
  rows: number
  added: number
  changed: number
  same: number
  written: boolean
  /** Rows in the whole file, of which this part has `rows`. */
  of: number
  wrong: number
  ignored: string[]
  troubles: Trouble[]
}

/** What the server takes. */
export const MOST_BYTES = 2 * 1024 * 1024
/** Of one part of a file: each row is a command, and nobody else writes meanwhile. */
export const LIMIT_MS = 60_000
/** Rows that are taken at once, so that phones get their turn in between. */
export const PART = 200

/** Of a table whose rows name each other the whole file is looked at together: as much of it as one part may have. */
export const partOf = (table: string): number => (table === 'fault_code' ? 1000 : PART)

/** What became of the parts so far, as one report: written once all of it is; before, it counts what is written. */
export function joined(all: readonly Report[]): Report {
  const kept = all.some(({ written }) => written) ? all.filter(({ written }) => written) : all
  const sum = (of: readonly Report[], name: 'rows' | 'added' | 'changed' | 'same' | 'wrong'): number => of.reduce((total, one) => total + one[name], 0)
  const [first, rows] = [all[0] as Report, sum(all, 'rows')]
  return {
    ...first, rows, added: sum(kept, 'added'), changed: sum(kept, 'changed'), same: sum(kept, 'same'), wrong: sum(all, 'wrong'),
    written: rows >= first.of && all.every(({ written }) => written), troubles: all.flatMap(({ troubles }) => troubles),
  }
}

/**
 * Takes a file part by part. What is tried is tried to its end; what is written ends at the first part that could not be.
 *
 * @param send one part: the rows after `begin`
 */
export async function inParts(send: (begin: number) => Promise<Report>, dry: boolean, tell: (report: Report) => void): Promise<void> {
  const done: Report[] = []
  for (let begin = 0; ;) {
    const part = await send(begin)
    done.push(part)
    tell(joined(done))
    begin += part.rows
    if (begin >= part.of || part.rows === 0 || !(dry || part.written)) return
  }
}

/** Kinds of record whose lists lead to the spreadsheet. */
export const TABLES: readonly string[] = ['customer', 'site', 'contact', 'unit', 'part', 'person', 'branch', 'provider', 'product_model', 'fault_code', 'order_type', 'recall']

export function addressOf(table: string, form: 'xlsx' | 'csv', filled: boolean): string {
  return `/api/v1/tables/file?table=${table}&form=${form}${filled ? '&filled=1' : ''}`
}

/** A file's bytes as text that JSON can carry. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}
