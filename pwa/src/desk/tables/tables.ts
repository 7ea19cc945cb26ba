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
  wrong: number
  ignored: string[]
  troubles: Trouble[]
}

/** What the server takes. */
export const MOST_BYTES = 2 * 1024 * 1024
/** A thousand rows are a thousand commands. */
export const LIMIT_MS = 180_000

/** Kinds of record whose lists lead to the spreadsheet. */
export const TABLES: readonly string[] = ['customer', 'site', 'contact', 'unit', 'part', 'person', 'branch', 'provider', 'product_model', 'fault_code']

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
