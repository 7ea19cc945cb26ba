/** The reader of codes: the phone's own where it has one that reads ours, else ours, loaded when it is wanted. */
import type { Detector } from './ownReader'

type DetectorClass = (new (options: { formats: string[] }) => Detector) & { getSupportedFormats: () => Promise<string[]> }

const WANTED = ['qr_code', 'data_matrix', 'code_128', 'code_39', 'ean_13']

/** Whether it is worth a button: a page over plain HTTP has no camera at all. */
export function canScan(): boolean {
  return (navigator as { mediaDevices?: MediaDevices }).mediaDevices !== undefined
}

async function phonesOwn(): Promise<Detector | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass }
  if (BarcodeDetector === undefined) return undefined
  try {
    const supported = await BarcodeDetector.getSupportedFormats()
    // A phone without Google's services has the class and reads nothing.
    return WANTED.every((format) => supported.includes(format)) ? new BarcodeDetector({ formats: WANTED }) : undefined
  } catch (error) {
    console.warn('the phone’s own reader does not answer', error)
    return undefined
  }
}

/** @throws whatever kept our own reader from being loaded: an old browser, or a full phone */
export async function codeReader(): Promise<Detector> {
  const own = await phonesOwn()
  if (own !== undefined) return own
  const { reader } = await import('./ownReader')
  return reader(WANTED)
}

/** The camera that looks away from the person. */
export function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
}
