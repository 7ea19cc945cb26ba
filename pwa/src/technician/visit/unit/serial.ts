/** The serial in a nameplate's code, and the recalls that a machine is part of. Pure. */
import type { View } from '@/store/store'

const NAMED = /(?:^|[^A-Z])(?:S\/?N|SERIAL(?:\s*(?:NO|NUMBER))?|序列号|机号|出厂编号)\s*[:：=#.]\s*([A-Z0-9][A-Z0-9\-_.]*)/i

/** The serial in what a nameplate's code says: the text itself, a labelled line, or the end of an address. */
export function serialIn(code: string): string {
  const text = code.trim()
  const address = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  if (address !== undefined) {
    const asked = [...address.searchParams].find(([name]) => /^(sn|serial|serial_?no)$/i.test(name))?.[1]
    return asked ?? decodeURIComponent(address.pathname.split('/').filter(Boolean).at(-1) ?? text)
  }
  return NAMED.exec(text)?.[1] ?? text.split(/[\r\n]/)[0]?.slice(0, 200) ?? ''
}

/** Open recalls of a machine's model that name its batch, or every batch where they name none. */
export function recallsOf(recalls: readonly View<'recall'>[], unit: View<'unit'> | undefined): View<'recall'>[] {
  if (unit === undefined) return []
  return recalls.filter(({ open, model_id, batches }) => {
    const named = batches as string[]
    return open && model_id === unit.model_id && (named.length === 0 || named.includes(unit.batch ?? ''))
  })
}
