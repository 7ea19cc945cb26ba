// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { KEY_BYTES } from '@/journal/cipher'
import { newId } from '@/protocol/ids'
import { keyIn, newLock, reworded } from '@/sync/lock'
import { casesOf } from '../rules/vectors'

const WORDS = 'four words and more'
const INSTALLATION = casesOf<{ public: string }>('boxes')[0]!.public
const person = newId()

describe('the words of a lock', () => {
  test('open its key, and other words do not', async () => {
    const lock = await newLock(WORDS, person, INSTALLATION)
    const opened = await keyIn(lock, WORDS)
    expect(opened).toHaveLength(KEY_BYTES)
    expect(await keyIn(lock, `${WORDS}!`)).toBeUndefined()
    expect(JSON.stringify(lock)).not.toContain(WORDS)
  })

  test('can be changed, and the key stays', async () => {
    const lock = await newLock(WORDS, person, INSTALLATION)
    const opened = (await keyIn(lock, WORDS))!
    const other = await reworded(lock, 'quite other words', opened)
    expect(await keyIn(other, 'quite other words')).toEqual(opened)
    expect(await keyIn(other, WORDS)).toBeUndefined()
    expect(other.box).toBe(lock.box)
  })
})
