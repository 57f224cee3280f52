import {describe, expect, test} from 'vitest'

import {
  readLsof,
  readNetstat,
  readTasklist,
} from '../../../../src/doctor/machine/listeners/from-programs.js'
import {findListeners, shownListeners} from '../../../../src/doctor/machine/listeners/listeners.js'
import {readSocketTable} from '../../../../src/doctor/machine/listeners/socket-table.js'
import {labWorld} from '../../../rig/doctor/examine.js'
import {programsSaying, refusedWith} from '../../../rig/doctor/programs/said.js'

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const row = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${String(inode)} 1 000000000becd0f1 100 0 0 10 0`

const signal = new AbortController().signal

describe("Linux' table", () => {
  test.each([
    ['00000000:1388', '0.0.0.0'],
    ['0100007F:1388', '127.0.0.1'],
    ['0A0200C0:1388', '192.0.2.10'],
    ['00000000000000000000000000000000:1388', '::'],
    ['00000000000000000000000001000000:1388', '::1'],
    ['0000000000000000FFFF00000100007F:1388', '127.0.0.1'],
    ['B80D0120000000000000000001000000:1388', '2001:db8::1'],
  ])('%s is %s', (local, address) => {
    const table = [HEAD, row(local, '0A', 1076)].join('\n')

    expect(readSocketTable(table)).toEqual([{address, port: 5000, inode: '1076'}])
  })

  test('only what listens counts, and a broken line is passed over', () => {
    const table = [HEAD, row('0100007F:1388', '01', 1), 'nonsense', row('0100007F:1F90', '0A', 2)]

    expect(readSocketTable(table.join('\n'))).toEqual([
      {address: '127.0.0.1', port: 8080, inode: '2'},
    ])
  })
})

describe('macOS', () => {
  test('each address has the process before it', () => {
    const text =
      'p4711\ncnode\nf20\nn*:5000\nf21\nn[::1]:5000\np4712\ncPython\nf3\nn127.0.0.1:5000\n'

    expect(readLsof(text, 5000)).toEqual([
      {pid: 4711, program: 'node', address: '0.0.0.0', port: 5000},
      {pid: 4711, program: 'node', address: '::1', port: 5000},
      {pid: 4712, program: 'Python', address: '127.0.0.1', port: 5000},
    ])
  })

  test('lsof is asked for the port, and its silence means that nothing listens', async () => {
    const runProgram = programsSaying({
      'lsof -nP -iTCP:5000 -sTCP:LISTEN -Fpcn': refusedWith(''),
      lsof: 'p1\ncwrong\nn*:1\n',
    })

    const world = labWorld({platform: 'darwin', runProgram})

    expect(await findListeners(5000, {world, signal})).toEqual([])
  })

  test('without lsof it is not known', async () => {
    const world = labWorld({platform: 'darwin'})

    expect(await findListeners(5000, {world, signal})).toBeUndefined()
  })
})

const NETSTAT = `
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:5000           0.0.0.0:0              LISTENING       4711
  TCP    0.0.0.0:50001          0.0.0.0:0              ABHÖREN         4
  TCP    127.0.0.1:5000         127.0.0.1:49700        ESTABLISHED     4711
  TCP    [::1]:5000             [::]:0                 ABHÖREN         4712
`.replaceAll('\n', '\r\n')

describe('Windows', () => {
  test('who has no peer listens, in whatever language', () => {
    expect(readNetstat(NETSTAT, 5000)).toEqual([
      {address: '0.0.0.0', port: 5000, pid: 4711},
      {address: '::1', port: 5000, pid: 4712},
    ])
  })

  test('the name of the first is asked for', async () => {
    const runProgram = programsSaying({
      'netstat -ano -p tcp': NETSTAT,
      'tasklist /FI PID eq 4711 /FO CSV /NH': '"node.exe","4711","Console","1","61,000 K"\r\n',
    })

    const found = await findListeners(5000, {
      world: labWorld({platform: 'win32', runProgram}),
      signal,
    })

    expect(found?.map(({program}) => program)).toEqual(['node.exe', undefined])
  })

  test('a process that is gone has no name', () => {
    expect(readTasklist('INFO: No tasks are running which match the criteria.\r\n')).toBeUndefined()
  })
})

test('a person reads program, process, address and port; a name cannot move the cursor', () => {
  const [evil] = readLsof('p1\nc\u001b[2Jnode\nn[::1]:5000\n', 5000)

  expect(shownListeners(evil ? [evil, {address: '0.0.0.0', port: 5000}] : [])).toBe(
    '[2Jnode (process 1) on [::1]:5000, a program that only root may see on 0.0.0.0:5000',
  )
})
