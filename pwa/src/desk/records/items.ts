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

/** Rows that say something, as the command takes them. */
export function itemsOfRows(rows: readonly ItemRow[], measured: boolean): Item[] {
  return rows.filter(({ name_zh, name_en }) => (name_zh + name_en).trim() !== '').map((row) => {
    const { code, measure, min, max } = row
    const item: Item = { ...(code === undefined ? {} : { code }), name_zh: row.name_zh.trim(), name_en: row.name_en.trim() || null }
    if (!measured) return item
    const decimals = Math.max(placesOf(min), placesOf(max))
    return { ...item, measure: measure.trim(), decimals, min: scaled(min, decimals), max: scaled(max, decimals) }
  })
}
