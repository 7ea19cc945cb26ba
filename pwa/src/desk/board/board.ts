/** The board's reading: what changes is put in its place; the whole is read anew only where that can't be told. */
import { onScopeDispose, type Ref } from 'vue'
import type { News } from '../live/feed'
import type { Reading } from '../live/reader'
import { useDesk, useRead } from '../session'
import { patched, type Board } from './plan'

/** More changed orders than this at once: the whole board is one answer. As many as may be asked for; a hundred cost a fifth of 600. */
const MOST = 100

/** @param question the board's query as JSON: day, days, branch. */
export function useBoard(question: Ref<string>): Reading<Board | null> {
  const desk = useDesk()
  const query = (): Record<string, string> => JSON.parse(question.value) as Record<string, string>
  const reading = useRead<Board>(() => ({ path: 'board', query: query() }), ({ kind }) => kind === 'person_card', { from: question, keep: true })
  let waiting = new Set<string>()
  let asking = false

  /** Asks for the changed orders alone; what changes meanwhile is asked for after that. */
  async function follow(): Promise<void> {
    if (asking) return
    asking = true
    while (waiting.size > 0) {
      const ids = waiting
      waiting = new Set()
      await put(ids, question.value)
    }
    asking = false
  }

  async function put(ids: ReadonlySet<string>, asked: string): Promise<void> {
    // An answer that is on its way may be older than the change: the whole is asked for once more after it.
    if (ids.size > MOST || reading.data.value === null || reading.busy()) return reading.reload()
    try {
      const now = await desk.rest.read<Board>('board', { ...query(), orders: [...ids].join(',') })
      if (reading.busy() || asked !== question.value) await reading.reload()
      else reading.data.value = patched(reading.data.value, ids, now)
    } catch {
      await reading.reload() // its problem is shown where the board's are
    }
  }

  function heard(news: News): void {
    if (news === 'everything') return // the reading itself reads anew
    for (const { order_id } of news) if (order_id !== null) waiting.add(order_id)
    void follow()
  }

  onScopeDispose(desk.listen(heard))
  return reading
}
