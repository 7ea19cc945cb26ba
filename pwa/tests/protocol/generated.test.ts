// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/generate.mjs', import.meta.url))
const committed = fileURLToPath(new URL('../../src/protocol/generated/', import.meta.url))

test.each(['kinds.ts', 'commands.ts'])('%s is what the tables say: run `npm run generate`', (file) => {
  const out = mkdtempSync(join(tmpdir(), 'onsite-generated-'))
  try {
    execFileSync(process.execPath, [script, '--out', out])
    expect(readFileSync(join(committed, file), 'utf8')).toBe(readFileSync(join(out, file), 'utf8'))
  } finally {
    rmSync(out, { recursive: true })
  }
})
