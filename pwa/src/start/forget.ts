/**
 * Forgets what this browser keeps of the demo company: journals and copies. Work from before a reset would otherwise be
 * handed in to the company that begins anew. Only ever called for the demo; nothing else deletes a journal.
 */
export async function forgetDemo(): Promise<void> {
  const found = await indexedDB.databases()
  const names = found.map(({ name }) => name).filter((name) => name?.startsWith('onsite-'))
  await Promise.all(names.map((name) => remove(name as string)))
}

/** An open tab is asked to let go; one that doesn't is not waited for. */
function remove(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })
}
