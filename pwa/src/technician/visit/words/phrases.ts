/** Quick phrases: one tap instead of twenty. Pure. */

/** The phrases of a text that has one a line. */
export function phrasesOf(lines: string): string[] {
  return lines.split('\n').map((line) => line.trim()).filter((line) => line !== '')
}

/** A text with a phrase at its end, set off as the language does. */
export function withPhrase(text: string, phrase: string, language: string): string {
  const before = text.trimEnd()
  if (before === '') return phrase
  if (before.includes(phrase)) return text
  const ended = /[。．.!！?？；;：:，,、\n]$/.test(before)
  const gap = language === 'en' ? (ended ? ' ' : '; ') : ended ? '' : '；'
  return before + gap + phrase
}
