/** The phone's own reader of codes, where it has one; elsewhere serials are typed. */
interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>
}
type DetectorClass = (new (options: { formats: string[] }) => Detector) & { getSupportedFormats: () => Promise<string[]> }

const WANTED = ['qr_code', 'data_matrix', 'code_128', 'code_39', 'ean_13']

/** A reader, or nothing where the browser has none or can read none of our codes. */
export async function codeReader(): Promise<Detector | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass }
  if (BarcodeDetector === undefined || !navigator.mediaDevices) return undefined
  try {
    const supported = await BarcodeDetector.getSupportedFormats()
    const formats = WANTED.filter((format) => supported.includes(format))
    return formats.length === 0 ? undefined : new BarcodeDetector({ formats })
  } catch (error) {
    console.warn('codes cannot be read here', error)
    return undefined
  }
}

/** The camera that looks away from the person. */
export function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
}
