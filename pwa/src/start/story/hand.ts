/** A hand in one of the two windows: it does what a person would, on the real screens, so that one can watch. */

const LOOK_MS = 100
const PATIENCE_MS = 60_000
const HOLD_MS = 1000
const PACE_MS = 350 // long enough to see what is about to be tapped

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What should have come did not. */
export class Stuck extends Error {}

export class Hand {
  constructor(private readonly frame: () => HTMLIFrameElement) {}

  private get page(): Window & typeof globalThis {
    return this.frame().contentWindow as Window & typeof globalThis
  }

  get path(): string {
    return this.page.location.pathname
  }

  /** Whether something is on the screen now. */
  has(css: string, words = ''): boolean {
    return this.find(css, words).length > 0
  }

  /** Waits until so many of these are on the screen; the first. */
  async see(css: string, words = '', count = 1): Promise<HTMLElement> {
    let found: HTMLElement[] = []
    await this.until(() => (found = this.find(css, words)).length >= count, `${css} ${words}`)
    return found[0] as HTMLElement
  }

  /** Waits until a field says something. */
  async filled(css: string): Promise<void> {
    const field = (await this.see(css)) as HTMLInputElement
    await this.until(() => field.value !== '', css)
  }

  async gone(css: string): Promise<void> {
    await this.until(() => !this.has(css), `! ${css}`)
  }

  /** Taps what leads to another screen, and is there. */
  async tapOn(css: string): Promise<void> {
    const [path, button] = [this.path, (await this.see(css)).textContent]
    await this.tap(css)
    await this.until(() => this.path !== path || this.find(css, '')[0]?.textContent !== button, path)
  }

  async tap(css: string, words = ''): Promise<void> {
    const found = await this.see(`${css}:not(:disabled)`, words)
    await this.show(found)
    found.click()
  }

  /** Keeps the finger on a button. */
  async hold(css: string): Promise<void> {
    const found = await this.see(css)
    await this.show(found)
    const press = (kind: string): boolean => found.dispatchEvent(new this.page.PointerEvent(kind, { pointerId: 1, bubbles: true }))
    press('pointerdown')
    await pause(HOLD_MS)
    press('pointerup')
  }

  async write(css: string, text: string): Promise<void> {
    const field = (await this.see(css)) as HTMLInputElement | HTMLTextAreaElement
    await this.show(field)
    const kind = field.tagName === 'TEXTAREA' ? this.page.HTMLTextAreaElement : this.page.HTMLInputElement
    Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set?.call(field, text)
    field.dispatchEvent(new this.page.Event('input', { bubbles: true }))
    field.dispatchEvent(new this.page.Event('change', { bubbles: true }))
  }

  /** Gives a file to a field, as its picker would. */
  async give(css: string, file: File): Promise<void> {
    let picker: HTMLInputElement | null = null
    await this.until(() => (picker = this.page.document.querySelector(`${css}:not(:disabled)`)) !== null, css)
    const found = picker as unknown as HTMLInputElement // pickers are hidden: no finding by what is shown
    const files = new this.page.DataTransfer()
    files.items.add(file)
    found.files = files.files
    found.dispatchEvent(new this.page.Event('change', { bubbles: true }))
  }

  /** Draws a name with the finger. */
  async sign(css: string): Promise<void> {
    const paper = await this.see(css)
    await this.show(paper)
    const { left, top, width, height } = paper.getBoundingClientRect()
    const at = (step: number, kind: string): boolean =>
      paper.dispatchEvent(
        new this.page.PointerEvent(kind, {
          buttons: kind === 'pointerup' ? 0 : 1, pointerId: 1, isPrimary: true, pointerType: 'pen', bubbles: true, cancelable: true, pressure: 0.5,
          clientX: left + width * (0.15 + 0.017 * step),
          clientY: top + height * (0.5 - 0.3 * Math.sin(step / 2.5) * Math.cos(step / 9)),
        }),
      )
    at(0, 'pointerdown')
    for (let step = 1; step <= 40; step += 1) {
      await pause(LOOK_MS / 5)
      at(step, 'pointermove')
    }
    at(40, 'pointerup')
  }

  async go(path: string): Promise<void> {
    this.page.location.assign(path)
    await pause(PACE_MS)
  }

  private async until(ready: () => boolean, what: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    while (!ready()) {
      if (Date.now() > end) throw new Stuck(what.trim())
      await pause(LOOK_MS)
    }
  }

  private find(css: string, words: string): HTMLElement[] {
    const all = this.page.document?.querySelectorAll<HTMLElement>(css) ?? []
    return [...all].filter((one) => one.getClientRects().length > 0 && (words === '' || one.textContent.includes(words)))
  }

  private async show(found: HTMLElement): Promise<void> {
    found.scrollIntoView({ block: 'nearest' })
    const ring = [{ boxShadow: '0 0 0 4px rgb(255 149 0)' }, { boxShadow: '0 0 0 10px rgb(255 149 0 / 0%)' }]
    found.animate(ring, { duration: 2 * PACE_MS })
    await pause(PACE_MS)
  }
}
