/** Quiet hours as an input of a time has them. */

/** `22:30` of minutes after midnight. */
export function clockOf(minute: number | null): string {
  if (minute === null) return ''
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** Minutes after midnight; nothing when the input is empty or half typed. */
export function minuteOf(clock: string): number | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock)
  return found === null ? null : Number(found[1]) * 60 + Number(found[2])
}

/** Which quiet hours a customer has: the company's, none, or their own. */
export function quietOf(from: number | null, to: number | null): 'company' | 'never' | 'own' {
  if (from === null || to === null) return 'company'
  return from === to ? 'never' : 'own'
}

/** The same for the server. */
export function minutesOf(quiet: string, from: string, to: string): { quiet_from: number | null; quiet_to: number | null } {
  if (quiet === 'own') return { quiet_from: minuteOf(from), quiet_to: minuteOf(to) }
  return quiet === 'never' ? { quiet_from: 0, quiet_to: 0 } : { quiet_from: null, quiet_to: null }
}
