import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {createServer, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {ExostreamError} from '../../src/errors.js'
import {simulateCall} from '../../src/index.js'
import {silentLogger} from '../../src/log.js'
import {openTarget} from '../../src/target.js'
import {findServe, openWorkspace} from '../../src/workspace.js'

const sink = () => Promise.resolve()

describe('a serve of the folder that does not answer', () => {
  let dir = ''
  let silent: Server
  let url = ''

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'exostream-target-'))
    silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    url = `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/media`
    const workspace = await openWorkspace(dir)
    await workspace.noteServe({pid: 1, url, nonce: 'n', startedAt: '2026-01-31T10:00:00.000Z'})
  })

  afterEach(async () => {
    silent.close()
    await rm(dir, {recursive: true})
  })

  test('is told apart from none, and keeps its note', async () => {
    expect(await findServe(dir)).toEqual({pid: 1, url, isSilent: true})
    expect(await findServe(dir)).toEqual({pid: 1, url, isSilent: true})
  })

  test.each([true, false])('is not replaced by the built-in bot, with CI %s', async (isCi) => {
    const request = {isCi, dataDir: dir, version: '1.2.3', log: silentLogger}

    const error: unknown = await openTarget(request).catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({
      code: 'EXO_SERVE_SILENT',
      kind: 'environment',
      message: `The exostream serve of this folder (${url}) did not answer within 1 s.`,
    })
  })
})

describe('a serve of the folder that speaks TLS', () => {
  const url = 'wss://127.0.0.1:5000/media'
  let dir = ''

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'exostream-target-'))
  })

  afterEach(async () => {
    await rm(dir, {recursive: true})
  })

  async function noted(pid: number): Promise<void> {
    const workspace = await openWorkspace(dir)
    await workspace.noteServe({pid, url, nonce: 'n', startedAt: '2026-01-31T10:00:00.000Z'})
  }

  test('is not replaced by the built-in bot: it has to be named', async () => {
    await noted(process.pid)

    const opened = openTarget({isCi: false, dataDir: dir, version: '1.2.3', log: silentLogger})

    await expect(opened).rejects.toMatchObject({
      code: 'EXO_NO_TARGET',
      message: expect.stringContaining('speaks TLS') as unknown,
    })
  })

  test('is gone with its process', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    await noted(child.pid ?? 0)

    expect(await findServe(dir)).toBeUndefined()
  })
})

describe('the library', () => {
  test.each([
    ['without a target', {}, 'EXO_NO_TARGET', 'There is no bot to call: give a url or a bot.'],
    [
      'with two',
      {url: 'ws://127.0.0.1:1/', bot: sink},
      'EXO_USAGE',
      'A url and a bot were both given; the call can go to one of them.',
    ],
  ])('%s speaks of its own options', async (_, options, code, message) => {
    const error: unknown = await simulateCall(options).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(ExostreamError)
    expect(error).toMatchObject({code, message})
  })
})
