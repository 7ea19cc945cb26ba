// Makes one file of a phone's life, to be started by Node alone: node tests/faults/bundle.mjs FOLDER
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

await build({
  configFile: false,
  root: here('../..'),
  logLevel: 'warn',
  publicDir: false,
  resolve: {
    alias: {
      '@': here('../../src'),
      '@tables': here('../../../sync/tables'),
      // What the browser gets: these have another build for Node, or for older browsers.
      dexie: here('../../node_modules/dexie/dist/modern/dexie.mjs'),
      vue: here('../../node_modules/vue/dist/vue.runtime.esm-bundler.js'),
      'tus-js-client': here('../../node_modules/tus-js-client/lib.esm/browser/index.js'),
    },
  },
  ssr: { noExternal: true },
  build: {
    ssr: here('life.ts'),
    outDir: process.argv[2],
    emptyOutDir: false, // it is the phone's disk as well
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'life.mjs', codeSplitting: false } }, // in pieces they would run before the browser is there
  },
})
