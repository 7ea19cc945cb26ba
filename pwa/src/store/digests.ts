/** Comparing the copy with the server, channel by channel; a copy that differs is downloaded anew. */
import type { Digest } from '../protocol/messages'
import { ChannelDigests, recordDigest } from '../rules/digest'
import { boxesAfter, rowsIn } from './boxes'
import type { StoreDatabase } from './database'
import { standingOf } from './pages'

/** Lets the page breathe between two slices of work. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

async function localDigests(database: StoreDatabase): Promise<ChannelDigests> {
  const sums = new ChannelDigests()
  for (let boxes = await boxesAfter(database, 0); boxes.length > 0; boxes = await boxesAfter(database, boxes.at(-1)?.n ?? Infinity)) {
    for (const { kind, id, data, channels } of boxes.flatMap((box) => rowsIn(box, database))) {
      const digest = recordDigest(kind, id, data)
      for (const channel of channels) sums.add(channel, digest)
    }
    await pause()
  }
  return sums
}

/** The digests of what is here, for a server that shall not send it again; those of channels that are leaving say nothing. */
export async function have(database: StoreDatabase): Promise<Record<string, Digest>> {
  const { scope, leaving } = await standingOf(database)
  const mine = await localDigests(database)
  return Object.fromEntries(scope.filter((channel) => !leaving.includes(channel)).map((channel) => [channel, mine.of(channel)]))
}

/**
 * The channels in which the copy differs from the server's.
 *
 * @param digests of the page that brought the cursor
 * @returns nothing when the copy moved on meanwhile, so that the comparison means nothing
 */
export async function differing(
  database: StoreDatabase,
  cursor: string,
  digests: Record<string, Digest>,
): Promise<string[] | undefined> {
  const mine = await localDigests(database)
  if ((await standingOf(database)).cursor !== cursor) return undefined
  return Object.entries(digests)
    .filter(([channel, { n, d }]) => {
      const own = mine.of(channel)
      return own.n !== n || own.d !== d
    })
    .map(([channel]) => channel)
}
