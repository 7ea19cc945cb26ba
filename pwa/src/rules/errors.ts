/** What can go wrong, as the server says it: the catalogue's sentences by code. */
import errorsJson from '@tables/errors.json'

export const ERRORS = errorsJson as Record<string, { number: number; http: number; zh: string; en: string }>
