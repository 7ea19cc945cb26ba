/** The tree of fault codes: walked from the top, or searched in both languages. Pure. */
import type { View } from '@/store/store'

export type Fault = View<'fault_code'>

export interface FaultTree {
  byId: ReadonlyMap<string, Fault>
  /** Children of a code, those at the top under `null`; in the order of their codes. */
  children: ReadonlyMap<string | null, Fault[]>
}

export function treeOf(faults: readonly Fault[]): FaultTree {
  const byId = new Map(faults.map((fault) => [fault.id, fault]))
  const children = new Map<string | null, Fault[]>()
  for (const fault of [...faults].sort((a, b) => a.code.localeCompare(b.code))) {
    const parent = fault.parent_id !== null && byId.has(fault.parent_id) ? fault.parent_id : null
    children.set(parent, [...(children.get(parent) ?? []), fault])
  }
  return { byId, children }
}

/** From the top down to a code, the code itself last. */
export function pathTo(tree: FaultTree, id: string | null): Fault[] {
  const path: Fault[] = []
  let at = id === null ? undefined : tree.byId.get(id)
  while (at !== undefined && !path.includes(at)) {
    path.unshift(at)
    at = at.parent_id === null ? undefined : tree.byId.get(at.parent_id)
  }
  return path
}

export function hasChildren(tree: FaultTree, id: string): boolean {
  return (tree.children.get(id)?.length ?? 0) > 0
}

const MOST_HITS = 60

/** Codes that have every word somewhere in their code or names, or in those of what they are under. Leaves first. */
export function searchFaults(tree: FaultTree, question: string): Fault[] {
  const words = question.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return []
  const own = (fault: Fault): string => `${fault.code} ${fault.name_zh} ${fault.name_en}`.toLowerCase()
  const hits = [...tree.byId.values()].filter((fault) => {
    const haystack = pathTo(tree, fault.id).map(own).join(' ')
    return words.every((word) => haystack.includes(word)) && words.some((word) => own(fault).includes(word))
  })
  const rank = (fault: Fault): string => `${hasChildren(tree, fault.id) ? 1 : 0}${fault.code}`
  return hits.sort((a, b) => rank(a).localeCompare(rank(b))).slice(0, MOST_HITS)
}
