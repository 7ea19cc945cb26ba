/** What the technician does in the story: a whole visit without a signal. */
import { storyPhoto } from '@/protocol/story'
import { Stuck, type Hand } from './hand'
import type { Stage } from './stage'

const MOST_QUESTIONS = 30
const MAIN = 'footer .on-button--main'

/** What the story answers to the questions of the visit; all others are passed by. */
function answers({ phone, english }: Stage, photos: File[]): Record<string, () => Promise<unknown>> {
  return {
    async fault() {
      await phone.write('input[type=search]', english ? 'cylinder leak' : '油缸渗漏')
      await phone.tapOn('.fault .t-row')
    },
    findings: () => phone.write('textarea', english ? 'Rod seal torn, oil running down the boom' : '活塞杆密封撕裂，油沿动臂流下'),
    work: () => phone.write('textarea', english ? 'Seal kit replaced, 20 minutes on test, dry' : '更换密封件，试机 20 分钟无渗漏'),
    async photos() {
      for (const [at, photo] of photos.entries()) {
        await phone.give('.slot:has(.tag--waiting) input[type=file]', photo)
        await phone.see('.thumb', '', at + 1)
      }
      await phone.tapOn('.screen__head a')
      await phone.tapOn('.others a[href$="/parts"]')
    },
    parts: () => fit(phone, english),
  }
}

async function fit(phone: Hand, english: boolean): Promise<void> {
  await phone.tap('main .on-button--wide')
  await phone.tap('.hit')
  await phone.tap('.tick:has(+ .t-small) input')
  await phone.write('.t-field:has(+ .ways) input', english ? 'Li Jun' : '李军')
  await phone.tap('form .on-button--main')
  await phone.see('.line__count')
}

/** Arrives, answers what is asked for, and comes to the report that the customer reads. */
export async function visit(stage: Stage): Promise<void> {
  const { phone, order } = stage
  const photos = await Promise.all([storyPhoto('leak'), storyPhoto('sealed')])
  stage.signal(false)
  await phone.tap('.card', order.number)
  await phone.see(MAIN)
  while (!phone.path.endsWith('/arrive')) await phone.tapOn(MAIN)
  await phone.tapOn(MAIN)
  const own = answers(stage, photos)
  for (let asked = 0; !phone.path.includes('/report/'); asked += 1) {
    if (asked > MOST_QUESTIONS) throw new Stuck(phone.path)
    const { path } = phone
    await own[path.split('/').at(-1) ?? '']?.()
    if (phone.path === path) await phone.tapOn(MAIN) // some answers lead on by themselves
  }
}

/** The phone is turned round: the customer reads, rates and signs on it. */
export async function sign({ phone, english }: Stage): Promise<void> {
  await phone.see('article')
  await phone.tapOn(MAIN)
  await phone.tap('.rating:has(input[value="5"])')
  await phone.tapOn(MAIN)
  await phone.write('.names input', english ? 'Li Jun' : '李军')
  await phone.sign('canvas')
  await phone.tapOn(MAIN)
  await phone.hold('footer .hold') // back in the technician's hand
  await phone.see('.reminder')
  await phone.tapOn(MAIN)
}

/** The app is ended and opened again: all of it is still there. */
export async function reopen({ phone, order, kill }: Stage): Promise<void> {
  await kill()
  await phone.see('.truth')
  await phone.see('main', order.number)
}

/** The signal is back: everything is sent by itself. */
export async function reconnect({ desk, signal }: Stage): Promise<void> {
  signal(true)
  await desk.see('.decision')
}

export async function goHome({ phone }: Stage): Promise<void> {
  await phone.go('/app/outbox')
  await phone.see('.home--safe')
}
