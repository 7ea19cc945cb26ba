import { describe, expect, test } from 'vitest'
import { useSubmission } from '@/desk/forms/submission'
import { Refused, Unreachable } from '@/protocol/rest'

const invalid = (fields: Record<string, string[]>): Refused => new Refused(422, 'invalid', 4220, '有内容需要更正', fields)

describe('a form', () => {
  test('shows what is wrong at its field, and not again as a whole', async () => {
    const form = useSubmission(() => ['reason'])
    expect(await form.send(() => Promise.reject(invalid({ reason: ['必填'] })))).toBe(false)
    expect(form.errorsOf('reason')).toEqual(['必填'])
    expect(form.general.value).toBeNull()
  })

  test('says as a whole what none of its fields can show', async () => {
    const form = useSubmission(() => ['reason'])
    await form.send(() => Promise.reject(invalid({ reason: ['必填'], order_id: ['编号格式不对'] })))
    expect(form.general.value?.message).toBe('有内容需要更正')
    expect(form.elsewhere.value).toEqual({ order_id: ['编号格式不对'] })
  })

  test('keeps the id of its wish after a lost answer, so that nothing is done twice', async () => {
    const form = useSubmission(() => [])
    const ids: string[] = []
    const lose = (id: string): Promise<never> => {
      ids.push(id)
      return Promise.reject(new Unreachable('no answer'))
    }
    await form.send(lose)
    await form.send(lose)
    expect(ids[0]).toBe(ids[1])
  })

  test('makes a new wish once the last was refused or done', async () => {
    const form = useSubmission(() => [])
    const ids: string[] = []
    const keep = (id: string): Promise<void> => {
      ids.push(id)
      return ids.length === 1 ? Promise.reject(invalid({})) : Promise.resolve()
    }
    for (let turn = 0; turn < 3; turn++) await form.send(keep)
    expect(new Set(ids).size).toBe(3)
  })

  test('is sent once however often the button is hit', async () => {
    const form = useSubmission(() => [])
    let done: () => void = () => undefined
    let runs = 0
    const work = (): Promise<void> => {
      runs += 1
      return new Promise((resolve) => (done = resolve))
    }
    const first = form.send(work)
    expect(await form.send(work)).toBe(false)
    done()
    expect(await first).toBe(true)
    expect(runs).toBe(1)
  })
})
