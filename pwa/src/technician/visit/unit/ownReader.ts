/** Our own reader of codes, from our own server and kept with the app: no code of a machine is sent anywhere. */
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'

export interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>
}

prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasm : prefix + path) } })

type Formats = ConstructorParameters<typeof BarcodeDetector>[0]

export function reader(formats: readonly string[]): Detector {
  return new BarcodeDetector({ formats } as Formats)
}
