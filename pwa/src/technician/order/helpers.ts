/** Who else works on an order: sent by the office, or brought along as the phone says it. Pure. */

/** What this phone has said, that the server's list may not have yet. */
interface Said {
  name: string
  args: { order_id?: unknown; person_id?: unknown }
}

/**
 * @param helpers ids as the server has them
 * @param said entries of this phone's journal that are not in that yet, oldest first
 */
export function helpersOf(order: { id: string; helpers?: unknown }, said: readonly Said[]): string[] {
  const found = new Set((Array.isArray(order.helpers) ? order.helpers : []) as string[])
  for (const { name, args } of said) {
    if (args.order_id !== order.id) continue
    if (name === 'order.bring_helper') found.add(args.person_id as string)
    if (name === 'order.release_helper') found.delete(args.person_id as string)
  }
  return [...found].sort()
}

interface Colleague {
  id: string
  name_zh: string
  name_en: string | null
  badge: string | null
  roles: unknown
  branch_id: string | null
  provider_id: string | null
  active: boolean
}

/** Whom one may bring: active technicians of one's own branch or provider, found by name or badge. */
export function colleaguesOf<P extends Colleague>(people: readonly P[], me: P | undefined, there: readonly string[], question: string): P[] {
  const words = question.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const fits = (one: P): boolean =>
    one.active && one.id !== me?.id && !there.includes(one.id) && Array.isArray(one.roles) && one.roles.includes('engineer')
    && one.provider_id === (me?.provider_id ?? null) && (one.provider_id !== null || one.branch_id === (me?.branch_id ?? null))
  const hay = (one: P): string => `${one.name_zh} ${one.name_en ?? ''} ${one.badge ?? ''}`.toLowerCase()
  return people.filter((one) => fits(one) && words.every((word) => hay(one).includes(word))).sort((a, b) => (a.badge ?? '').localeCompare(b.badge ?? ''))
}
