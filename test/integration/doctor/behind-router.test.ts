import {execFile, spawnSync} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import type {Printed} from '../../rig/doctor/behind-router.js'
import {compileInto} from '../../rig/storm/compiled.js'

/** One private address, and a way out on which every packet is lost. */
const PLACE =
  'ip link set lo up && ip link add eth0 type bridge && ip link set eth0 arp off && ip address add 192.168.1.5/24 dev eth0 && ip link set eth0 up && ip route add default dev eth0'
const isolates =
  process.platform === 'linux' && spawnSync('unshare', ['-rn', 'sh', '-c', PLACE]).status === 0

describe.skipIf(!isolates)('behind a router that lets nobody inside back in', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exostream-router-'))
    await compileInto(folder, ['src', 'test/rig/doctor'])
  }, 60_000)
  afterAll(() => rm(folder, {recursive: true}))

  async function reportWhen(checkerSays: string): Promise<Printed> {
    const program = join(folder, 'test/rig/doctor/behind-router.js')
    const inside = ['sh', '-c', `${PLACE} && exec "$@"`, 'sh', process.execPath, program]
    const {stdout} = await promisify(execFile)('unshare', ['-rn', ...inside, checkerSays])
    return JSON.parse(stdout) as Printed
  }

  const statusOf = ({checks}: Printed, wanted: string) =>
    checks.find(({id}) => id === wanted)?.status

  test('a port that the checker does not reach is the root cause, and has to be forwarded', async () => {
    const report = await reportWhen('{"reachable": false}')

    expect(statusOf(report, 'tcp')).toBe('skip')
    expect(report.checks.filter(({status}) => status === 'fail').map(({id}) => id)).toEqual([
      'outside',
    ])
    expect(report).toMatchObject({
      verdict: 'unreachable',
      rootCause: 'outside',
      summary: 'bot.lab.in port 5000 is not reached from outside.',
      exotelError: '3009 failed to establish ws conn dial tcp 203.0.113.7:5000: i/o timeout',
    })
    expect(report.fix).toContain('forward outside TCP port 5000 to 192.168.1.5, port 5000')
  })

  test('a checker that does not answer leaves the router to be told', async () => {
    const report = await reportWhen('<html>')

    expect(report.verdict).toBe('unknown')
    expect(report.checks.find(({id}) => id === 'outside')).toMatchObject({
      status: 'warn',
      summary:
        'the outside checker gave no answer that can be read, and bot.lab.in leads to a router, which has to forward port 5000 to 192.168.1.5',
    })
  })

  test('a port that the checker reaches is forwarded, and nothing is said against it', async () => {
    const report = await reportWhen('{"reachable": true}')

    expect(report.verdict).toBe('reachable')
    expect(statusOf(report, 'public-ip')).toBe('pass')
  })
})
