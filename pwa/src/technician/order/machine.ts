/** Machines found on site: which model it may be, and whether this phone knows the serial already. Pure. */
import type { View } from '@/store/store'
import { plainSerial } from '@/rules/serials'

type Model = View<'product_model'>
const MOST = 20

/** Models by code or name in both languages; the expected one first. */
export function modelsFor(models: readonly Model[], question: string, expected: string | undefined): Model[] {
  const words = question.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const hay = ({ code, name_zh, name_en }: Model): string => `${code} ${name_zh} ${name_en ?? ''}`.toLowerCase()
  const rank = (one: Model): string => `${one.id === expected ? 0 : 1}${one.code}`
  return models.filter((one) => words.every((word) => hay(one).includes(word))).sort((a, b) => rank(a).localeCompare(rank(b))).slice(0, MOST)
}

/** A machine of that model and serial that is on this phone already; the office knows more of them. */
export function knownUnit(units: readonly View<'unit'>[], modelId: string | undefined, serial: string): View<'unit'> | undefined {
  const plain = plainSerial(serial)
  return plain === '' ? undefined : units.find((one) => one.model_id === modelId && plainSerial(one.serial) === plain)
}
