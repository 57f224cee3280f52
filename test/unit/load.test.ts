import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {prepareLoad} from '../../src/load.js'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'exostream-load-'))
})
afterEach(() => rm(dataDir, {recursive: true}))

const {signal} = new AbortController()

describe('preparing a load run', () => {
  test('without a URL, in a folder where nothing serves, has nothing to call', async () => {
    await expect(prepareLoad({dataDir, calls: 2, signal})).rejects.toMatchObject({
      code: 'EXO_NO_TARGET',
      message: 'There is no bot to call: no URL, and no exostream serve in this folder.',
    })
  })

  test('with the pid of no process is refused before the first call', async () => {
    const request = {url: 'ws://127.0.0.1:9/media', calls: 2, botPid: 2 ** 22 + 1, signal}

    await expect(prepareLoad(request)).rejects.toMatchObject({
      code: 'EXO_USAGE',
      message: 'There is no process 4194305 (--bot-pid).',
    })
  })

  test('says what is called, without the secrets in its URL', async () => {
    const url = 'ws://me:hunter2@127.0.0.1:9/media'

    const {described} = await prepareLoad({url, calls: 2, workers: 1, signal})

    expect(described).toBe(
      'ws://127.0.0.1:9/media with 2 calls at once, scenario basic, on 1 thread',
    )
  })
})
