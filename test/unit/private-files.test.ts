import {mkdtemp, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {WavWriter} from '../../src/record/wav-writer.js'
import {openWorkspace} from '../../src/workspace.js'

let dir = ''
let umask = 0

// The umask of the machine must not do our work.
beforeEach(async () => {
  umask = process.umask(0o022)
  dir = await mkdtemp(join(tmpdir(), 'exostream-private-'))
})

afterEach(async () => {
  process.umask(umask)
  await rm(dir, {recursive: true})
})

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test('a recording is for the eyes of its owner', async () => {
  const path = join(dir, 'call.wav')
  await WavWriter.open(path, {sampleRateHz: 8000, channels: 2}).close()

  expect(await modeOf(path)).toBe('600')
})

test('so is the folder of a call', async () => {
  const workspace = await openWorkspace(dir)

  const folder = await workspace.newCallFolder('sales', new Date('2026-01-31T10:15:02Z'))

  expect(await modeOf(folder)).toBe('700')
})
