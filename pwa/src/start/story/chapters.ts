/** Five minutes that convince: the chapters in their order. */
import * as field from './field'
import * as office from './office'
import * as papers from './papers'
import type { Stage } from './stage'

export const CHAPTERS: readonly (readonly [string, (stage: Stage) => Promise<void>])[] = [
  ['take_in', office.takeIn],
  ['assign', office.assign],
  ['visit', field.visit],
  ['sign', field.sign],
  ['reopen', field.reopen],
  ['cancel', office.cancel],
  ['reconnect', field.reconnect],
  ['decide', office.decide],
  ['share', papers.share],
  ['forge', papers.forge],
  ['go_home', field.goHome],
]
