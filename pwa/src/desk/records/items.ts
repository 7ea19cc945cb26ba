/** The items of a checklist as rows of a form, and back: limits as a person writes them, whole numbers in the record. Pure. */

/** As the record has it: limits in the last of `decimals` places. */
export interface Item {
  code?: string
  name_zh: string
  name_en: string | null
  measure?: string
  decimals?: number
  min?: number | null
  max?: number | null
}

/** As the command takes it: what was left out is null, and the command says so at its place. */
export type Sent = { [Name in keyof Item]: Item[Name] | null }

/** As the form has it. */
export interface ItemRow {
  code?: string
  name_zh: string
  name_en: string
  measure: string
  min: string
  max: string
}

const LIMIT = /^-?\d{1,7}(?:\.\d{1,4})?$/

export const EMPTY: ItemRow = { name_zh: '', name_en: '', measure: '', min: '', max: '' }

const written = (value: number | null | undefined, decimals: number): string => (value == null ? '' : (value / 10 ** decimals).toFixed(decimals))

export function rowOf(item: Item): ItemRow {
  const { code, name_zh, name_en, measure = '', decimals = 0, min, max } = item
  const row = { name_zh, name_en: name_en ?? '', measure, min: written(min, decimals), max: written(max, decimals) }
  return code === undefined ? row : { code, ...row }
}

/** Whether a limit can be understood; none is well too. */
export const isLimit = (text: string): boolean => text.trim() === '' || LIMIT.test(text.trim())

const placesOf = (text: string): number => text.trim().split('.')[1]?.length ?? 0

function scaled(text: string, decimals: number): number | null {
  return text.trim() === '' ? null : Math.round(Number(text) * 10 ** decimals)
}

const isSaid = ({ name_zh, name_en, measure, min, max }: ItemRow): boolean => (name_zh + name_en + measure + min + max).trim() !== ''
const textOf = (text: string): string | null => text.trim() || null

/** Rows that say something, as the command takes them. */
export function itemsOfRows(rows: readonly ItemRow[], measured: boolean): Sent[] {
  return rows.filter(isSaid).map((row) => {
    const { code, measure, min, max } = row
    const item: Sent = { ...(code === undefined ? {} : { code }), name_zh: textOf(row.name_zh), name_en: textOf(row.name_en) }
    if (!measured) return item
    const decimals = Math.max(placesOf(min), placesOf(max))
    return { ...item, measure: textOf(measure), decimals, min: scaled(min, decimals), max: scaled(max, decimals) }
  })
}

/** Columns of the form, for what is looked at and for what is measured. */
export const COLUMNS = { checks: ['name_zh', 'name_en'], readings: ['name_zh', 'name_en', 'measure', 'min', 'max'] } as const
export type List = keyof typeof COLUMNS

/** What the command calls one cell of the form: it counts the rows that say something alone. */
export const cellOf = (list: List, rows: readonly ItemRow[], at: number, column: string): string => `${list}.${rows.slice(0, at).filter(isSaid).length}.${column}`

/** All cells that show their own errors. */
export const cellsOf = (list: List, rows: readonly ItemRow[]): string[] => rows.flatMap((_, at) => COLUMNS[list].map((column) => cellOf(list, rows, at, column)))

/** The cells with a limit that can't be understood, so that it can't be sent either. */
export const wrongLimits = (rows: readonly ItemRow[]): string[] =>
  rows.flatMap((row, at) => (['min', 'max'] as const).filter((name) => !isLimit(row[name])).map((name) => cellOf('readings', rows, at, name)))
