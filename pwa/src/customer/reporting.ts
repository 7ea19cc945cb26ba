/** One report on its way: kept here until the server has it, sent again under the same id, photos after the words. */
import { onBeforeUnmount, reactive, ref, toRaw, type Ref } from 'vue'
import { sendFault, sendFaultPhoto, type Fault } from '@/protocol/guest'
import { newId } from '@/protocol/ids'
import { workFor } from '@/rules/work'
import { forget, keep, recall, type Kept } from './keeping'

const AGAIN_MS = 5_000
const LONGEST_MS = 60_000

export interface FaultFields {
  phone: string
  symptom: string
  contact_name: string
  address: string
  serial: string
  urgent: boolean
  website: string
}

export type Step =
  /** Being filled in. */
  | 'form'
  /** On its way, or waiting for a network. */
  | 'sending'
  /** Acknowledged; its photos are still on their way. */
  | 'photos'
  /** All of it has arrived. */
  | 'done'

export interface Problem {
  message: string
  fields: Record<string, string[]>
}

const EMPTY: FaultFields = { phone: '', symptom: '', contact_name: '', address: '', serial: '', urgent: false, website: '' }

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

export class Reporting {
  readonly fields = reactive<FaultFields>({ ...EMPTY })
  readonly photos: Ref<{ bytes: ArrayBuffer; done: boolean }[]> = ref([])
  readonly step = ref<Step>('form')
  readonly problem = ref<Problem | null>(null)
  /** Nobody answered: it is tried again by itself. */
  readonly waiting = ref(false)
  readonly token = ref<string | null>(null)
  private id = newId()
  private work: string | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private wait = AGAIN_MS
  private busy = false

  /**
   * @param label that was scanned, if one was
   * @param language for the server's messages
   */
  constructor(private readonly label: string | null, private readonly language: () => string) {}

  private get name(): string {
    return this.label ?? 'without a label'
  }

  /** Takes up what was kept. */
  async begin(): Promise<void> {
    const kept = await recall(this.name)
    if (kept === null) return
    const { report_id, ...fields } = kept.fault
    this.id = String(report_id)
    Object.assign(this.fields, fields)
    this.photos.value = kept.photos
    this.token.value = kept.token
    if (kept.sent) {
      this.step.value = kept.token === null ? 'sending' : 'photos'
      void this.go()
    }
  }

  /** Keeps what stands in the form, on this device. */
  save(): Promise<boolean> {
    const fault = { report_id: this.id, ...this.fields }
    const photos = this.photos.value.map((photo) => ({ ...toRaw(photo) }))
    const kept: Kept = { fault, sent: this.step.value !== 'form', token: this.token.value, photos }
    return keep(this.name, kept)
  }

  /** The person is done with the form. */
  async send(): Promise<void> {
    this.problem.value = null
    this.step.value = 'sending'
    await this.save()
    await this.go()
  }

  /** One try, and the next by itself as long as nobody answers. */
  async go(): Promise<void> {
    if (this.busy) return
    this.busy = true
    clearTimeout(this.timer)
    try {
      await (this.token.value === null ? this.sendWords() : this.sendPhotos())
      this.waiting.value = false
      this.wait = AGAIN_MS
    } catch (error) {
      console.warn('nobody answered', error)
      this.waiting.value = true
      this.timer = setTimeout(() => void this.go(), this.wait)
      this.wait = Math.min(this.wait * 2, LONGEST_MS)
    } finally {
      this.busy = false
    }
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private fault(): Fault {
    const { phone, symptom, contact_name, address, serial, urgent, website } = this.fields
    return {
      report_id: this.id, phone: phone.trim(), symptom: symptom.trim(), contact_name: orNull(contact_name),
      address: orNull(address), serial: orNull(serial), urgent, website, work: this.work, label: this.label,
      channel: /MicroMessenger/i.test(navigator.userAgent) ? 'wechat' : 'web',
    }
  }

  private async sendWords(): Promise<void> {
    const reading = await sendFault(this.fault(), this.language())
    if (reading.from === 'stranger') throw new Error(`a stranger answered with ${reading.status}`)
    if (reading.ok) return this.arrived(reading.body.token)
    if (reading.error.code === 'work_needed' && this.work === null) {
      this.work = await workFor(this.id)
      return this.sendWords()
    }
    if (reading.status >= 500 || reading.status === 429) throw new Error(reading.error.message)
    await this.back(reading.error.message, (reading.error.fields ?? {}))
  }

  /** To the form, to be mended; under a new id, because other words are another report. */
  private async back(message: string, fields: Record<string, string[]>): Promise<void> {
    this.problem.value = { message, fields }
    this.step.value = 'form'
    this.id = newId()
    this.work = null
    await this.save()
  }

  private async arrived(token: string): Promise<void> {
    this.token.value = token
    this.step.value = 'photos'
    await this.save()
    await this.sendPhotos()
  }

  /** One after the other; one that the server cannot take is left out, the others go on. */
  private async sendPhotos(): Promise<void> {
    for (const photo of this.photos.value.filter(({ done }) => !done)) {
      const reading = await sendFaultPhoto(this.token.value as string, toRaw(photo).bytes, this.language())
      if (reading.from === 'stranger') throw new Error(`a stranger answered with ${reading.status}`)
      if (!reading.ok && (reading.status >= 500 || reading.status === 429)) throw new Error(reading.error.message)
      if (!reading.ok) this.problem.value = { message: reading.error.message, fields: {} }
      photo.done = true
      await this.save()
    }
    await forget(this.name)
    this.step.value = 'done'
  }
}

/** The report of the calling page; goes on when the network is back. */
export function useReporting(label: string | null, language: () => string): Reporting {
  const reporting = new Reporting(label, language)
  const again = (): void => {
    if (reporting.waiting.value) void reporting.go()
  }
  addEventListener('online', again)
  onBeforeUnmount(() => {
    removeEventListener('online', again)
    reporting.stop()
  })
  return reporting
}
