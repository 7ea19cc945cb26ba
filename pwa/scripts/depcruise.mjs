// Checks the doors between the rooms, and that the check read every module: a linter that saw nothing must fail.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const require = createRequire(import.meta.url)
const { forbidden, options } = require('../.dependency-cruiser.cjs')
process.chdir(new URL('..', import.meta.url).pathname)

const { output } = await cruise(
  ['src'],
  { ...options, ruleSet: { forbidden }, validate: true },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
)
const { violations, error, totalCruised } = output.summary
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`)

const written = readdirSync('src', { recursive: true }).filter((name) => /\.(ts|vue)$/.test(name))
const seen = new Set(output.modules.map((module) => module.source))
const missed = written.filter((name) => !seen.has(`src/${name}`))
for (const name of missed) console.error(`not read by the linter: src/${name}`)

console.log(`${seen.size} modules, ${totalCruised} cruised, ${violations.length} violations`)
if (error > 0 || missed.length > 0 || written.length === 0) process.exit(1)
