import {describe, expect, test} from 'vitest'

import {listeningCheck} from '../../../../src/doctor/machine/listening.js'
import {type Found, runCheck} from '../../../rig/doctor/machine.js'
import {programsSaying} from '../../../rig/doctor/programs/said.js'

const URL_HERE = 'ws://bot.exmple.org:5000/media'
const HERE: Found['hop'] = {addresses: ['192.0.2.10'], isHere: true}

/** On macOS, because there one program tells all. */
function check(listening: readonly string[], url: string | undefined, found: Found = {}) {
  const lsof = ['p4711', 'cnode', ...listening.map((name) => `n${name}`)].join('\n')
  const runProgram = programsSaying({'lsof -nP -iTCP:5000 -sTCP:LISTEN -Fpcn': lsof})
  return runCheck(listeningCheck, url, {
    ...found,
    world: {...found.world, platform: 'darwin', runProgram},
  })
}

describe('a URL that leads to this machine', () => {
  test.each([
    ['*:5000', ['192.0.2.10'], 'pass'],
    ['[::]:5000', ['192.0.2.10'], 'pass'],
    ['192.0.2.10:5000', ['192.0.2.10'], 'pass'],
    ['127.0.0.1:5000', ['192.0.2.10'], 'fail'],
    ['[::1]:5000', ['192.0.2.10'], 'fail'],
    ['127.0.0.1:5000', ['127.0.0.1'], 'pass'],
    ['127.0.0.1:5000', ['127.0.0.2', '127.0.0.1'], 'pass'],
    ['127.0.0.1:5000', ['::1'], 'fail'],
  ])('with a bot on %s and the addresses %j: %s', async (listener, addresses, status) => {
    const result = await check([listener], URL_HERE, {hop: {addresses, isHere: true}})

    expect(result.status).toBe(status)
  })

  test('behind a router any address but loopback will do', async () => {
    const hop = {addresses: ['203.0.113.5'], isHere: true}

    expect((await check(['192.0.2.10:5000'], URL_HERE, {hop})).status).toBe('pass')
    expect((await check(['127.0.0.1:5000'], URL_HERE, {hop})).status).toBe('fail')
  })

  test('what Exotel would show has an IPv6 address in brackets', async () => {
    const hop = {addresses: ['2001:db8::1'], isHere: true}

    expect(await check(['127.0.0.1:5000'], URL_HERE, {hop})).toMatchObject({
      exotelError:
        '3009 failed to establish ws conn dial tcp [2001:db8::1]:5000: connect: connection refused',
    })
  })

  test('who listens is told to the other checks', async () => {
    const {known} = await check(['*:5000'], URL_HERE, {hop: HERE})

    expect(known).toEqual({
      listeners: [{address: '0.0.0.0', port: 5000, pid: 4711, program: 'node'}],
    })
  })
})

describe('what is not judged', () => {
  test('a URL that leads elsewhere', async () => {
    const result = await check(['*:5000'], URL_HERE, {hop: {addresses: ['203.0.113.5']}})

    expect(result).toEqual({
      status: 'skip',
      mayGoOn: true,
      summary: 'the URL does not lead to this machine',
    })
  })

  test('a private address, unless with --local', async () => {
    const hop = {addresses: ['10.0.0.5'], isHere: true}
    const world = {classOf: () => 'private' as const}

    const outside = await check(['127.0.0.1:5000'], URL_HERE, {hop, world})
    const local = await check(['127.0.0.1:5000'], URL_HERE, {hop, world, target: {isLocal: true}})

    expect(outside).toMatchObject({status: 'skip', mayGoOn: true})
    expect(local.status).toBe('fail')
  })

  test('a machine where no program tells', async () => {
    const world = {platform: 'darwin'} as const

    expect(await runCheck(listeningCheck, URL_HERE, {hop: HERE, world})).toMatchObject({
      status: 'skip',
      mayGoOn: true,
    })
  })

  test('nothing that listens, which tcp tells', async () => {
    expect(await check([], URL_HERE, {hop: HERE})).toMatchObject({
      status: 'skip',
      summary: 'nothing listens on port 5000 of this machine',
    })
  })
})

describe('the local set-up', () => {
  test('without a URL: the program on the default port is named', async () => {
    expect(await check(['127.0.0.1:5000'], undefined)).toMatchObject({
      status: 'pass',
      summary: 'port 5000 of this machine: node (process 4711) on 127.0.0.1:5000',
    })
  })

  test('behind a tunnel loopback is where a bot may listen', async () => {
    const result = await check(['127.0.0.1:5000'], 'wss://bot.ngrok.app/media', {
      target: {kind: 'serve'},
      hop: {addresses: ['203.0.113.5'], isHere: false},
    })

    expect(result.status).toBe('pass')
  })
})
