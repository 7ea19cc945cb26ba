/** The demo's switch: where desk and phone stand side by side, the phone's window can be told to have no signal. */
export function obeySwitch(frame: Element): void {
  const off = (): boolean => frame.getAttribute('data-signal') === 'off'
  const ask = window.fetch.bind(window)
  window.fetch = (...question) => (off() ? Promise.reject(new TypeError('no signal')) : ask(...question))
  const send = Reflect.get(XMLHttpRequest.prototype, 'send') as (body?: unknown) => void
  XMLHttpRequest.prototype.send = function (this: XMLHttpRequest, body) {
    if (off()) setTimeout(() => this.dispatchEvent(new ProgressEvent('error')))
    else send.call(this, body)
  }
  Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => !off() })
  const tell = (): boolean => window.dispatchEvent(new Event(off() ? 'offline' : 'online'))
  new MutationObserver(tell).observe(frame, { attributeFilter: ['data-signal'] })
}
