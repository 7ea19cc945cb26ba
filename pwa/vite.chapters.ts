import type { Rolldown } from 'vite'

/** The built program's graph, as the bundler tells it. */
export type Graph = Pick<Rolldown.ChunkingContext, 'getModuleInfo'>

interface Reach {
  name: string
  /** What it needs before its first screen. */
  first: Set<string>
  /** What it needs besides at its very first start. */
  soon: Set<string>
  /** What it can ever load. */
  ever: Set<string>
}

function reachedFrom(entry: string, graph: Graph, later: boolean): Set<string> {
  const found = new Set<string>()
  const waiting = [entry]
  while (waiting.length > 0) {
    const id = waiting.pop() as string
    if (found.has(id)) continue
    found.add(id)
    const module = graph.getModuleInfo(id)
    waiting.push(...(module?.importedIds ?? []), ...(later ? (module?.dynamicallyImportedIds ?? []) : []))
  }
  return found
}

/**
 * Which file a module goes to, so that what an entrance needs before its first screen is in few files: each costs a
 * request, a kilobyte of headers, and at every start a walk through the service worker. Whose bytes or milliseconds count
 * are few; the others may begin with more than they need. So there are as many files as there are different companies of
 * those that count: what only one of them ever uses is its own, what it shares with anybody is apart, since whoever loads
 * an entrance's own file starts it. What an entrance needs at its very first start alone comes later by itself; of that,
 * what another begins with is counted as its own, or it would load the other's file for a button.
 *
 * @param entrances by name, the ids of their first modules
 * @param counted names of those that count
 * @param greetings by name, the module that an entrance loads at its very first start, where it has one
 * @returns the file's name by module and graph; nothing for what all load later, where the bundler decides
 */
export function chapterOf(
  entrances: Record<string, string>,
  counted: readonly string[],
  greetings: Record<string, string> = {},
): (id: string, graph: Graph) => string | null {
  let reaches: Reach[] | undefined
  return (id, graph) => {
    reaches ??= Object.entries(entrances).map(([name, entry]) => ({
      name,
      first: reachedFrom(entry, graph, false),
      soon: greetings[name] === undefined ? new Set<string>() : reachedFrom(greetings[name], graph, false),
      ever: reachedFrom(entry, graph, true),
    }))
    const beginning = reaches.filter(({ first }) => first.has(id))
    if (beginning.length === 0) return null
    if (beginning.length === reaches.length) return 'all'
    const users = reaches.filter(({ first, soon }) => first.has(id) || soon.has(id)).map(({ name }) => name)
    const company = users.filter((name) => counted.includes(name))
    const named = company.length === 0 ? users : company
    const alone = reaches.filter(({ ever }) => ever.has(id)).length === 1
    return named.join('-') + (alone ? '' : '-shared')
  }
}
