/**
 * Whether this phone may be asked where it is: each time by a tap, or never. Consent can be taken back at any time, also
 * without a network, and nothing else depends on it [requirements 6: PIPL 15, 16].
 */
import { readSetting, writeSetting } from '@/ui/theme'

const KEY = 'onsite.position'

export function mayAskWhere(): boolean {
  return readSetting(KEY) !== 'never'
}

export function allowAskingWhere(allowed: boolean): void {
  writeSetting(KEY, allowed ? 'ask' : 'never')
}
