import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver, VantResolver } from 'unplugin-vue-components/resolvers'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { chapterOf } from './vite.chapters.ts'
import { appShell } from './vite.shell.ts'
import { lightEntrance } from './vite.weight.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Four entrances, one build: each loads only its own kit. */
const ENTRANCES = {
  start: here('index.html'),
  technician: here('app/index.html'),
  desk: here('desk/index.html'),
  customer: here('c/index.html'),
}

const chapter = chapterOf(
  {
    start: here('src/start.ts'),
    technician: here('src/technician.ts'),
    desk: here('src/desk.ts'),
    customer: here('src/customer.ts'),
  },
  ['technician', 'customer'],
  { technician: here('src/technician/session/LogIn.vue') },
)

const shell = appShell('technician')

export default defineConfig({
  root: here('.'),
  base: '/',
  appType: 'mpa',
  resolve: {
    alias: {
      '@': here('src'),
      '@tables': here('../sync/tables'),
      '@vectors': here('../sync/vectors'),
      dexie: here('node_modules/dexie/dist/modern/dexie.mjs'), // its other builds are for browsers older than ours
    },
  },
  define: {
    __VUE_OPTIONS_API__: true, // Element Plus and Vant have components that need it
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
  },
  plugins: [
    vue(),
    Components({
      dirs: [],
      dts: 'src/components.d.ts',
      resolvers: [
        VantResolver(),
        ElementPlusResolver({ importStyle: 'css', directives: false }),
      ],
    }),
    shell.plugin,
    lightEntrance('technician', 120 * 1024, true), // the aim is 150 KB with words, icons and every header
    lightEntrance('customer', 100 * 1024), // opened over whatever network a stranger's phone has
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: false, // written by hand in public/app/: its scope is /app/, not the site
      injectManifest: {
        globPatterns: ['app/index.html', 'app/manifest.webmanifest', 'icons/*.png', 'assets/**'],
        modifyURLPrefix: { '': '/' },
        manifestTransforms: [
          (entries) => shell.keepShell(entries),
          // The page is asked for by its address, not by its file's name.
          (entries) => ({
            manifest: entries.map((e) => (e.url === '/app/index.html' ? { ...e, url: '/app/' } : e)),
            warnings: [],
          }),
        ],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        rollupFormat: 'iife',
      },
      devOptions: { enabled: false },
    }),
  ],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: ['es2022', 'chrome94', 'safari15.4'], // customers' phones: WeChat's own browser, iOS 15
    assetsInlineLimit: 0, // fonts and pictures as files: `font-src 'self'` without data:
    modulePreload: { polyfill: false }, // the polyfill is not needed by our browsers
    rollupOptions: {
      input: ENTRANCES,
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        codeSplitting: { groups: [{ name: chapter, debugName: 'chapters' }], includeDependenciesRecursively: false },
      },
    },
  },
  server: {
    fs: { allow: [here('..'), fileURLToPath(new URL('node_modules', import.meta.url))] },
    proxy: { '/api': 'http://127.0.0.1:8000', '/healthz': 'http://127.0.0.1:8000' },
  },
  test: {
    environment: 'happy-dom',
    // The page's own address: a real server's, when tests/contract talks to one.
    environmentOptions: { happyDOM: { url: process.env['ONSITE_URL'] ?? 'http://localhost:3000' } },
    expect: { poll: { timeout: 12_000 } }, // the machine may be busy: at a load of 30 a first screen took over four seconds
    testTimeout: 60_000, // of several such waits
    hookTimeout: 60_000,
    maxWorkers: '100%', // of the cores; by default one is left idle
    include: ['tests/**/*.test.ts'],
    silent: 'passed-only',
    setupFiles: ['tests/setup.ts'],
    // What the browser gets, also in tests: tus-js-client has another build for Node.
    alias: { 'tus-js-client': here('node_modules/tus-js-client/lib.esm/browser/index.js') },
    server: { deps: { inline: ['vant', 'element-plus', 'tus-js-client'] } },
  },
})

