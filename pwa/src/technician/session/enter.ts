/** Into the app: the log-in, and the device's name, without which no document could be numbered. */
import { logIn, recognised, registerDevice, remembered, type Device, type Me, type Remembered } from '@/protocol/session'
import type { Reading } from '@/protocol/envelope'
import { keepPerson, recallPerson } from '@/journal/person'
import { APP_VERSION } from '@/sync/field'

/** The session of somebody who can work here; a person without a device's name has not finished entering. */
export type Entered = Remembered & { device: Device }

export type Entrance =
  | { ok: true; session: Entered }
  | { ok: false; why: 'unreachable' | 'not_engineer' }
  | { ok: false; why: 'refused'; message: string }

/** Who may open the app without a network: an engineer whose device is known to the server. */
export function usable(session: Remembered | undefined): Entered | undefined {
  if (session === undefined || session.device === null || !session.roles.includes('engineer')) return undefined
  return { ...session, device: session.device }
}

function refusal(reading: Reading<unknown>): Entrance | undefined {
  if (reading.from === 'stranger') return { ok: false, why: 'unreachable' }
  return reading.ok ? undefined : { ok: false, why: 'refused', message: reading.error.message }
}

/** What the office reads in the list of devices. */
function deviceName(agent: string = navigator.userAgent): string {
  const system = ['iPhone', 'iPad', 'Android', 'HarmonyOS', 'Windows', 'Mac', 'Linux'].find((name) => agent.includes(name)) ?? '?'
  const browser = ['MicroMessenger', 'Edg', 'Firefox', 'Chrome', 'Safari'].find((name) => agent.includes(name)) ?? '?'
  return `${system} · ${browser}`
}

async function nameDevice(language: string): Promise<Reading<Device>> {
  const about = { name: deviceName(), platform: navigator.userAgent.slice(0, 200), app: APP_VERSION }
  return registerDevice(about, language)
}

/** Logs in and names the device. */
export async function enter(login: string, password: string, language: string): Promise<Entrance> {
  try {
    const me: Reading<Me> = await logIn(login.trim(), password, language)
    const refused = refusal(me)
    if (refused !== undefined) return refused
    if (me.from === 'server' && me.ok && !me.body.roles.includes('engineer')) return { ok: false, why: 'not_engineer' }
    return refusal(await nameDevice(language)) ?? (await finished())
  } catch (error) {
    console.warn('the log-in was not answered', error)
    return { ok: false, why: 'unreachable' }
  }
}

/** Somebody who logged in at the start page has a session, but this device has no name yet. */
export async function finishEntering(language: string): Promise<Entered | undefined> {
  const kept = remembered() ?? (await recallPerson().catch(() => undefined)) // a database that fails is none
  const session = kept ?? (await recognised(language).catch(() => undefined)) // offline: the log-in form
  if (session === undefined || !session.roles.includes('engineer')) return undefined
  if (session.device === null) {
    const named = await nameDevice(language).catch(() => undefined) // offline: the log-in form says what to do
    if (named === undefined || named.from === 'stranger' || !named.ok) return undefined
  }
  return usable(remembered())
}

async function finished(): Promise<Entrance> {
  const session = usable(remembered())
  if (session === undefined) return { ok: false, why: 'unreachable' }
  await keepPerson(session)
  return { ok: true, session }
}
