// A photo sent by the real tus-js-client; run by test_tus_js.py from the app's folder, on standard input.
// Says what happens as lines of JSON, and stops half-way where it is told to.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Upload } from 'tus-js-client'

const { file, endpoint, token, url, stopAfter, chunk } = JSON.parse(process.env.TUS_TEST)
const bytes = readFileSync(file)
const say = (what) => console.log(JSON.stringify(what))

const upload = new Upload(bytes, {
  endpoint,
  uploadUrl: url,
  chunkSize: chunk,
  retryDelays: [200, 500, 1000, 2000, 4000, 8000, 8000],
  headers: { Authorization: `Bearer ${token}` },
  metadata: { sha256: createHash('sha256').update(bytes).digest('hex'), filetype: 'image/jpeg' },
  onUploadUrlAvailable: () => say({ url: upload.url }),
  onChunkComplete: (_size, accepted) => {
    say({ accepted })
    if (stopAfter && accepted >= stopAfter) process.exit(0) // as if the phone's battery had ended
  },
  onSuccess: () => say({ done: true }),
  onError: (error) => say({ failed: error.originalResponse?.getStatus() ?? 0, body: error.originalResponse?.getBody() }),
})
upload.start()
