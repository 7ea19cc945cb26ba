import { describe, expect, test } from 'vitest'
import { inParts, type Report } from '@/desk/tables/tables'

const part = (more: Partial<Report> = {}): Report => ({ rows: 2, of: 5, added: 2, changed: 0, same: 0, written: true, wrong: 0, ignored: [], troubles: [], ...more })

async function taken(parts: Report[], dry = false): Promise<{ asked: number[]; last: Report | undefined }> {
  const asked: number[] = []
  let last: Report | undefined
  await inParts((begin) => Promise.resolve(parts[asked.push(begin) - 1] as Report), dry, (all) => (last = all))
  return { asked, last }
}

describe('a long file', () => {
  test('is written part by part, and written when all of it is', async () => {
    const { asked, last } = await taken([part(), part(), part({ rows: 1, added: 1 })])
    expect(asked).toEqual([0, 2, 4])
    expect(last).toMatchObject({ rows: 5, added: 5, written: true })
  })

  test('stops at the part that could not be written, and counts what is', async () => {
    const { asked, last } = await taken([part(), part({ written: false, wrong: 1, added: 1 })])
    expect(asked).toEqual([0, 2])
    expect(last).toMatchObject({ added: 2, wrong: 1, written: false })
  })

  test('is tried to its end, whatever is wrong in it', async () => {
    const { asked, last } = await taken([part({ written: false, wrong: 2 }), part({ written: false }), part({ written: false, rows: 1, added: 1 })], true)
    expect(asked).toEqual([0, 2, 4])
    expect(last).toMatchObject({ rows: 5, wrong: 2, written: false })
  })

  test('of which a part was lost on the way is not written yet', async () => {
    let last: Report | undefined
    const send = (begin: number): Promise<Report> => (begin === 0 ? Promise.resolve(part()) : Promise.reject(new Error('no network')))
    await expect(inParts(send, false, (all) => (last = all))).rejects.toThrow('no network')
    expect(last?.written).toBe(false)
  })
})
