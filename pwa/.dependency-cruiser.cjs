/** The doors between the rooms of src/: who may import whom. Read by `npm run depcruise`. */
const only = (room, allowed) => ({
  name: `${room}-imports-only-${allowed.length === 0 ? 'itself' : allowed.join('-')}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // The address of a file (?url) is the bundler's to find; the build fails without it.
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?url$' } },
    {
      name: 'nothing-lies-about',
      severity: 'error',
      from: { orphan: true, pathNot: '(\\.d\\.ts$)|(^src/sw\\.ts$)|(\\.json$)' },
      to: {},
    },
    only('ui', []),
    only('rules', ['protocol']),
    only('protocol', []),
    only('journal', ['protocol', 'rules']),
    only('store', ['journal', 'protocol', 'rules']),
    only('sync', ['store', 'journal', 'protocol', 'rules']),
    only('start', ['protocol', 'ui']),
    only('technician', ['sync', 'store', 'journal', 'rules', 'ui', 'protocol']),
    only('desk', ['rules', 'ui', 'protocol']),
    only('customer', ['rules', 'ui', 'protocol']),
    {
      name: 'element-plus-only-at-the-desk',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(desk[/.]|components\\.d\\.ts)' },
      to: { path: 'element-plus' },
    },
    {
      name: 'tables-only-through-rules',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/rules/' },
      to: { path: 'sync/tables/', pathNot: '(report_words|measures)\\.json$' },
    },
    {
      name: 'report-words-only-in-the-report',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/ui/report/' },
      to: { path: 'sync/tables/report_words\\.json$' },
    },
    {
      name: 'uploads-only-from-sync',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sync/' },
      to: { path: 'tus-js-client' },
    },
    {
      name: 'databases-only-in-journal-and-store',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(journal|store)/' },
      to: { path: 'node_modules/dexie' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.vue', '.json', '.mjs', '.js'], mainFields: ['module', 'main'], exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
}
