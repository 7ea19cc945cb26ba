import { expect, test } from 'vitest'
import { forgetDemo } from '@/start/forget'

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error(name))
  })
}

async function names(): Promise<(string | undefined)[]> {
  return (await indexedDB.databases()).map(({ name }) => name).sort()
}

test('a reset forgets journals and copies of the demo, and nothing of others', async () => {
  for (const name of ['onsite-journal-1', 'onsite-store-1', 'somebody-elses']) (await open(name)).close()
  await forgetDemo()
  expect(await names()).toEqual(['somebody-elses'])
})

test('a tab that holds on is not waited for', async () => {
  const held = await open('onsite-journal-2')
  await forgetDemo()
  held.close()
})
