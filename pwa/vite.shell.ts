import type { Plugin, Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle
interface ManifestEntry { url: string; revision: string | null; size: number }

/**
 * The files that one entrance needs to run without a network: its page's code, everything that
 * code imports (lazily too), their styles and the assets they name.
 *
 * Found by walking the built graph, so a file that only the desk uses can't reach a phone's cache.
 *
 * @param first only what has to come before the first screen
 */
export function shellOf(bundle: Bundle, entrance: string, first = false): Set<string> {
  const found = new Set<string>()
  const entry = Object.values(bundle).find((item) => item.type === 'chunk' && item.name === entrance)
  if (entry === undefined) throw new Error(`the build has no entrance called ${entrance}`)
  const waiting = [entry.fileName]
  while (waiting.length > 0) {
    const name = waiting.pop() as string
    const item = bundle[name]
    if (found.has(name) || item === undefined) continue
    found.add(name)
    if (item.type !== 'chunk') continue
    waiting.push(...item.imports, ...(first ? [] : item.dynamicImports))
    waiting.push(...(item.viteMetadata?.importedCss ?? []), ...(item.viteMetadata?.importedAssets ?? []))
  }
  return found
}

/** Remembers an entrance's files while the bundle is written, for the service worker's precache list. */
export function appShell(entrance: string): {
  plugin: Plugin
  keepShell: (entries: ManifestEntry[]) => { manifest: ManifestEntry[]; warnings: string[] }
} {
  let files = new Set<string>()
  return {
    plugin: {
      name: 'onsite-app-shell',
      apply: 'build',
      writeBundle(_options, bundle) {
        const entrances = Object.values(bundle).some((item) => item.type === 'chunk' && item.name === entrance)
        if (entrances) files = shellOf(bundle, entrance)
      },
    },
    keepShell: (entries) => ({
      manifest: entries.filter(({ url }) => !url.includes('assets/') || files.has(url.replace(/^\//, ''))),
      warnings: files.size === 0 ? [`no files found for the entrance ${entrance}`] : [],
    }),
  }
}
