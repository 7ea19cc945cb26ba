/** Photos on Wi-Fi only: a choice of the person, kept on the phone. Records always go, by whatever network there is. */
import type { Journal } from '../journal/journal'

const CHOICE = 'photos_on_wifi_only'

/** What kind of network this is. Only some browsers tell (Chrome on Android does, iPhones don't). */
export type Network = 'wifi' | 'mobile' | 'untold'

interface Told extends EventTarget {
  type?: string
}

function told(): Told | undefined {
  return (navigator as { connection?: Told }).connection
}

export function network(): Network {
  const type = told()?.type
  if (type === 'wifi' || type === 'ethernet') return 'wifi'
  return type === undefined || type === 'unknown' || type === 'other' ? 'untold' : 'mobile'
}

export async function isWifiOnly(journal: Journal): Promise<boolean> {
  return (await journal.fact<boolean>(CHOICE)) === true
}

export async function chooseWifiOnly(journal: Journal, only: boolean): Promise<void> {
  await journal.setFact(CHOICE, only)
}

/** Whether photos wait for Wi-Fi now. Where the browser doesn't tell, they wait until the person sends them. */
export async function isHeldBack(journal: Journal): Promise<boolean> {
  return network() !== 'wifi' && (await isWifiOnly(journal))
}

/** Calls back when the network becomes another one. */
export function onNetwork(changed: () => void): () => void {
  const connection = told()
  connection?.addEventListener('change', changed)
  return () => connection?.removeEventListener('change', changed)
}
