import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

import {afterAll, beforeAll, expect, test} from 'vitest'
import wavefile from 'wavefile'

import {writeAsJavaScript} from '../../rig/as-javascript.js'

const SOURCES = [
  'record/wav-writer.ts',
  'record/write-budget.ts',
  'audio/wav.ts',
  'audio/wav-format.ts',
  'audio/pcm16.ts',
]
const RECORDED_SAMPLES = 84_000
const LEAST_SAMPLES = RECORDED_SAMPLES - 2 * 8000

const PRELUDE = `
import {readFileSync} from 'node:fs'
import {WavWriter} from './record/wav-writer.js'

const path = process.argv[2]
const writer = WavWriter.open(path, {sampleRateHz: 8000, channels: 1})
const counting = (samples, from) => Int16Array.from({length: samples}, (_, index) => from + index)
const turn = () => new Promise(setImmediate)
const headerSamples = () => {
  const bytes = readFileSync(path, {flag: 'a+'})
  return bytes.length < 44 ? 0 : bytes.readUInt32LE(40) / 2
}
`

/** Records 10.5 s in frames, says so once the header on disk is less than 2 s behind, and stays. */
const KILLED = `${PRELUDE}
for (let at = 0; at < ${String(RECORDED_SAMPLES)}; at += 160) {
  writer.write(counting(160, at))
  await turn()
}
while (headerSamples() < ${String(LEAST_SAMPLES)}) await turn()
console.log('recorded')
setInterval(() => {}, 1000)
`

/** Records second after second, each once the one before is on disk, until one does not fit. */
const LIMITED = `${PRELUDE}
let at = 0
while (!writer.failure) {
  writer.write(counting(8000, at))
  at += 8000
  while (headerSamples() < at && !writer.failure) await turn()
}
writer.write(counting(8000, at))
await writer.close()
console.log(JSON.stringify({
  code: writer.failure.code,
  droppedSamples: writer.droppedSamples,
  samples: at + 8000,
}))
`

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-process-'))
  await writeAsJavaScript(folder, SOURCES)
  await writeFile(join(folder, 'killed.js'), KILLED)
  await writeFile(join(folder, 'limited.js'), LIMITED)
})
afterAll(() => rm(folder, {recursive: true}))

/** What an ordinary reader finds. */
async function samplesIn(path: string): Promise<number[]> {
  return [...new wavefile.WaveFile(await readFile(path)).getSamples(true)]
}

/** 0, 1, 2 … as 16 bits hold them. */
function counting(samples: number): number[] {
  return [...Int16Array.from({length: samples}, (_, index) => index)]
}

test('a recording whose process is killed opens in an ordinary reader, at most 2 s short', async () => {
  const path = join(folder, 'killed.wav')
  const child = spawn(process.execPath, [join(folder, 'killed.js'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 10_000,
  })
  await once(child.stdout, 'data')

  child.kill('SIGKILL')
  await once(child, 'exit')

  const samples = await samplesIn(path)
  expect(child.signalCode).toBe('SIGKILL')
  expect(samples.length).toBeGreaterThanOrEqual(LEAST_SAMPLES)
  expect(samples).toEqual(counting(samples.length))
})

test.skipIf(process.platform === 'win32')(
  'a recording that runs out of space keeps what fitted and counts the rest',
  async () => {
    const path = join(folder, 'limited.wav')
    const command = 'ulimit -f 112; exec "$0" "$1" "$2"'
    const node = [process.execPath, join(folder, 'limited.js'), path]

    const run = await promisify(execFile)('sh', ['-c', command, ...node], {timeout: 10_000})

    const told: unknown = JSON.parse(run.stdout)
    const samples = await samplesIn(path)
    expect(samples.length).toBeGreaterThan(0)
    expect(samples).toEqual(counting(samples.length))
    expect(told).toEqual({
      code: 'EFBIG',
      droppedSamples: 16_000,
      samples: samples.length + 16_000,
    })
  },
)
