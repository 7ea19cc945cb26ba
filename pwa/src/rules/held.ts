/** What becomes of held work that is accepted as it is, by its reason; the same file that the server reads. */
import heldJson from '@tables/held.json'

export const HELD: Record<string, { accept: string; change: boolean }> = heldJson
