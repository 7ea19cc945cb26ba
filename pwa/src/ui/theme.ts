/** The theme and the density of a page: attributes on <html> that tokens.css reads. */

export const THEMES = ['auto', 'light', 'dark', 'outdoor'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'onsite.theme'

/** What the person chose on this device; `auto` follows the device. */
export function chosenTheme(): Theme {
  const stored = readSetting(KEY)
  return THEMES.find((theme) => theme === stored) ?? 'auto'
}

/** Applies a theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  writeSetting(KEY, theme)
  applyTheme(theme)
}

/** Applies a theme without remembering it: used at the start of a page. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  const root = document.documentElement
  if (theme === 'auto') delete root.dataset['theme']
  else root.dataset['theme'] = theme
}

/** A desk reads denser pages than a hand: 14 px instead of 16. */
export function applyDensity(density: 'phone' | 'desk'): void {
  document.documentElement.dataset['density'] = density
}

/** A stored setting, or nothing where storage is forbidden (private windows): a setting is a convenience. */
export function readSetting(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch (error) {
    console.warn('settings cannot be read on this device', error)
    return null
  }
}

/** Stores a setting where the browser allows it. */
export function writeSetting(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch (error) {
    console.warn('settings cannot be kept on this device', error)
  }
}
