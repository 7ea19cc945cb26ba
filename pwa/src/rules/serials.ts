/** A serial as it is scanned or typed, held against the order's machine; the same as `sync/serials.py`. Pure. */

/** Spaces, dashes, case and full-width letters are how people write, not what they mean. */
export function plainSerial(text: string): string {
  return text.normalize('NFKC').toUpperCase().replace(/[\s\-_./]/g, '')
}

/** Whether two serials name different machines; nobody knows where one of them is missing. */
export function serialsDiffer(read: string, expected: string | null | undefined): boolean | null {
  if (plainSerial(read) === '' || !expected) return null
  return plainSerial(read) !== plainSerial(expected)
}
