import {execFile} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {writeAsJavaScript} from '../../../rig/as-javascript.js'

const SOURCES = [
  'serve/keeping/call-dump.ts',
  'serve/keeping/kept-call.ts',
  'serve/keeping/write-queue.ts',
  'record/journal-file.ts',
  'record/kept-folder.ts',
  'record/safe-name.ts',
  'record/write-budget.ts',
  'audio/level.ts',
  'audio/pcm16.ts',
  'audio/wav.ts',
  'audio/wav-format.ts',
]

/** Dumps so many chunks that the index, and no chunk, is longer than a file may be. */
const DUMPING = `
import {CallDump} from './serve/keeping/call-dump.js'
import {WriteQueue} from './serve/keeping/write-queue.js'
import {WriteBudget} from './record/write-budget.js'

const said = []
const say = (values, message) => said.push({...values, err: values.err?.code, message})
const log = {debug: say, info: say, warn: say, error: say, child: () => log}
const dump = new CallDump({
  dir: process.argv[2],
  format: 'wav',
  queue: new WriteQueue({mostBytes: 1e9, mostFiles: 1e6, atOnce: 4}),
  budget: new WriteBudget(1e9),
  stream: {connection: 'c1', startedAt: new Date(0), path: '/'},
  log,
})
const pcm = new Int16Array(160)
const bytes = new Uint8Array(320)
dump.watch({type: 'started', atMs: 0, identity: {callSid: 'call1', streamSid: '', sampleRateHz: 8000}})
for (let chunk = 0; chunk < 300; chunk += 1) {
  dump.watch({type: 'audio', atMs: 0, message: {event: 'media', payload: ''}, pcm, bytes, codec: 'pcm16'})
}
await dump.finish()
console.log(JSON.stringify({said, counts: dump.counts}))
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-dumping-'))
  await writeAsJavaScript(folder, SOURCES)
  await writeFile(join(folder, 'dumping.js'), DUMPING)
})
afterAll(() => rm(folder, {recursive: true}))

test.skipIf(process.platform === 'win32')(
  'an index that grows too long for the disk costs its lines, is said, and the chunks go on',
  async () => {
    const node = [process.execPath, join(folder, 'dumping.js'), folder]
    const command = 'ulimit -f 40; exec "$0" "$1" "$2"'

    const run = await promisify(execFile)('sh', ['-c', command, ...node], {timeout: 10_000})

    const lines: unknown = expect.any(Number)
    expect(JSON.parse(run.stdout)).toMatchObject({
      said: [
        {err: 'EFBIG', message: 'the index of this dump has stopped; chunks and the call go on'},
        {chunks: 300, lost: {'index-lines': lines}, message: 'audio dumped, but not whole'},
      ],
      counts: {chunks: 300, chunksLostDiskError: 0, indexLinesLost: lines},
    })
  },
)
