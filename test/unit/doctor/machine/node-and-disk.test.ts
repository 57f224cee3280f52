import {readFileSync} from 'node:fs'

import {describe, expect, test} from 'vitest'

import {diskCheck} from '../../../../src/doctor/machine/disk.js'
import {nodeCheck, OLDEST_NODE} from '../../../../src/doctor/machine/node.js'
import {type Found, runCheck} from '../../../rig/doctor/machine.js'

const ABSENT = Object.assign(new Error('ENOENT: no such file or directory'), {code: 'ENOENT'})

describe('Node', () => {
  test.each(['20.19.0', 'v20.19.5', '22.0.0', '24.1.0', '100.0.0'])(
    '%s is new enough',
    async (version) => {
      expect(await runCheck(nodeCheck, undefined, {world: {nodeVersion: version}})).toMatchObject({
        status: 'pass',
      })
    },
  )

  test.each(['18.20.8', '20.18.3', 'v19.9.0', 'nonsense'])('%s is not', async (version) => {
    expect(await runCheck(nodeCheck, undefined, {world: {nodeVersion: version}})).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('https://nodejs.org') as string,
    })
  })

  test('the oldest is the one that package.json names', () => {
    const manifest = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')

    expect(JSON.parse(manifest)).toMatchObject({engines: {node: `>=${OLDEST_NODE}`}})
  })
})

describe('the disk', () => {
  test.each([
    [
      50_000_000_000,
      'pass',
      '50 GB are free, room for 26041 minutes of one call recorded at 8 kHz',
    ],
    [1_000_000_000, 'pass', '1 GB are free, room for 520 minutes of one call recorded at 8 kHz'],
    [999_999_999, 'warn', '999 MB are free, room for 520 minutes of one call recorded at 8 kHz'],
    [100_000_000, 'warn', '100 MB are free, room for 52 minutes of one call recorded at 8 kHz'],
    [99_999_999, 'fail', '99 MB are free, room for 52 minutes of one call recorded at 8 kHz'],
    [0, 'fail', '0 MB are free, room for 0 minutes of one call recorded at 8 kHz'],
  ])('%i bytes: %s', async (bytes, status, summary) => {
    const freeBytes = () => Promise.resolve(bytes)

    expect(await runCheck(diskCheck, undefined, {world: {freeBytes}})).toMatchObject({
      status,
      summary,
    })
  })

  test.each<[string, Found, string]>([
    ['a bot somewhere else', {hop: {addresses: ['203.0.113.5'], isHere: false}}, 'warn'],
    ['a bot on this machine', {hop: {addresses: ['192.0.2.10'], isHere: true}}, 'fail'],
    ['the serve of this folder', {target: {kind: 'serve'}, hop: {isHere: false}}, 'fail'],
  ])('a full one, with %s: %s', async (_what, found, status) => {
    const world = {freeBytes: () => Promise.resolve(0)}

    const result = await runCheck(diskCheck, 'ws://bot.exmple.org/media', {...found, world})

    expect(result.status).toBe(status)
  })

  test('of a folder that is not there yet, the nearest above it is asked', async () => {
    const asked: string[] = []
    const freeBytes = (dir: string) => {
      asked.push(dir)
      return dir === '/srv' ? Promise.resolve(5e9) : Promise.reject(ABSENT)
    }

    const world = {dataDir: '/srv/bots/.exostream', freeBytes}
    const result = await runCheck(diskCheck, undefined, {world})

    expect(result.status).toBe('pass')
    expect(asked).toEqual(['/srv/bots/.exostream', '/srv/bots', '/srv'])
  })

  test('a disk that does not tell is no fault', async () => {
    const freeBytes = () => Promise.reject(new Error('EIO: i/o error'))

    expect(await runCheck(diskCheck, undefined, {world: {freeBytes}})).toMatchObject({
      status: 'skip',
      detail: 'Error: EIO: i/o error',
    })
  })
})
