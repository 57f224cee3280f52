import {describe, expect, test} from 'vitest'

import {firewallCheck} from '../../../../src/doctor/machine/firewall.js'
import {type Found, runCheck} from '../../../rig/doctor/machine.js'
import {
  FIREWALLD_PUBLIC,
  IPTABLES_BY_HAND,
  NFT_EMPTY,
  NFT_OF_IPTABLES,
  NFT_SERVER,
  UFW_ACTIVE,
  WINDOWS_PRIVATE,
  WINDOWS_RULES,
} from '../../../rig/doctor/programs/firewalls.js'
import {programsSaying, refusedWith, type Said} from '../../../rig/doctor/programs/said.js'

function check(
  said: Readonly<Record<string, Said>>,
  {port = 5000, platform = 'linux' as const} = {},
) {
  return runCheck(firewallCheck, `ws://bot.exmple.org:${String(port)}/media`, {
    hop: {addresses: ['192.0.2.10'], isHere: true},
    world: {platform, runProgram: programsSaying(said)},
  })
}

describe('what is not looked at', () => {
  test.each<[string, Found]>([
    ['another machine', {hop: {addresses: ['203.0.113.5'], isHere: false}}],
    ['loopback', {hop: {addresses: ['127.0.0.1'], isHere: true}}],
    [
      'a private address',
      {hop: {addresses: ['10.0.0.5'], isHere: true}, world: {classOf: () => 'private' as const}},
    ],
    ['--local', {hop: {addresses: ['192.0.2.10'], isHere: true}, target: {isLocal: true}}],
  ])('%s: no program is run', async (_what, found) => {
    const asked: string[] = []
    const runProgram = (program: string) => {
      asked.push(program)
      return Promise.resolve({kind: 'missing' as const, words: ''})
    }

    const result = await runCheck(firewallCheck, 'ws://bot.exmple.org:5000/media', {
      ...found,
      world: {...found.world, runProgram},
    })

    expect(result).toMatchObject({status: 'skip', mayGoOn: true})
    expect(asked).toEqual([])
  })
})

describe('one that keeps the port closed', () => {
  test.each([
    ['ufw', {ufw: UFW_ACTIVE}, 'sudo ufw allow 5000/tcp'],
    [
      'firewalld',
      {'firewall-cmd --state': 'running\n', 'firewall-cmd --list-all': FIREWALLD_PUBLIC},
      'sudo firewall-cmd --add-port=5000/tcp --permanent && sudo firewall-cmd --reload',
    ],
    ['nftables', {nft: NFT_SERVER}, 'sudo nft insert rule inet filter input tcp dport 5000 accept'],
    [
      'iptables',
      {iptables: IPTABLES_BY_HAND},
      'sudo iptables -I INPUT -p tcp --dport 5000 -j ACCEPT',
    ],
  ])('%s: the command that opens it is given', async (name, said, command) => {
    const result = await check(said)

    expect(result).toMatchObject({
      status: 'fail',
      summary: `${name} on this machine keeps port 5000 closed`,
      fix: `Let the port in:\n${command}`,
    })
  })

  test('before a rule of ufw that denies, the new one has to stand', async () => {
    expect(await check({ufw: UFW_ACTIVE}, {port: 5100})).toMatchObject({
      fix: 'Let the port in:\nsudo ufw insert 1 allow 5100/tcp',
    })
  })

  test('it is named although another one is open', async () => {
    const result = await check({ufw: 'Status: inactive\n', nft: NFT_SERVER})

    expect(result).toMatchObject({
      status: 'fail',
      summary: expect.stringMatching(/^nftables/) as string,
    })
  })
})

describe('what cannot be told', () => {
  test('to who is not root, the command is given', async () => {
    const result = await check({
      ufw: refusedWith('ERROR: You need to be root to run this script'),
      nft: refusedWith('Operation not permitted (you must be root)\nnetlink: Error: cache'),
      iptables: {kind: 'refused', words: 'spawn iptables EACCES'},
    })

    expect(result).toEqual({
      status: 'skip',
      summary: 'not checked: ufw tells root only',
      detail: 'ERROR: You need to be root to run this script\nTo see it:\nsudo ufw status verbose',
    })
  })

  test('a rule for some addresses is shown, with what opens the port to all', async () => {
    expect(await check({ufw: UFW_ACTIVE}, {port: 5400})).toEqual({
      status: 'skip',
      summary: 'not clear whether ufw lets port 5400 in',
      detail: '5400/tcp ALLOW IN 203.0.113.0/24\nIf it does not:\nsudo ufw insert 1 allow 5400/tcp',
    })
  })

  test('a program that hangs, or says what nobody understands, is no verdict', async () => {
    const late = await check({nft: {kind: 'late', words: 'nft did not end within 3 s'}})
    const strange = await check({iptables: '\u001b[2J what'})

    expect(late).toMatchObject({
      status: 'skip',
      summary: expect.stringMatching(/nftables says cannot be read/) as string,
    })
    expect(strange).toMatchObject({
      status: 'skip',
      summary: expect.stringMatching(/iptables says cannot be read/) as string,
    })
    expect(JSON.stringify(strange)).not.toContain('u001b')
  })

  test('rules of iptables are not passed over where iptables is not installed', async () => {
    expect(await check({nft: NFT_OF_IPTABLES})).toMatchObject({
      status: 'skip',
      detail: expect.stringContaining('sudo iptables -S') as string,
    })
    expect(await check({nft: NFT_OF_IPTABLES, iptables: IPTABLES_BY_HAND})).toMatchObject({
      status: 'fail',
    })
  })

  test('without any such program nothing is claimed', async () => {
    expect(await check({})).toEqual({
      status: 'skip',
      summary: 'not checked: no program here tells of a firewall',
    })
  })
})

describe('one that lets the port in', () => {
  test('each is named with its line', async () => {
    const result = await check({ufw: UFW_ACTIVE, nft: NFT_EMPTY}, {port: 443})

    expect(result).toEqual({
      status: 'pass',
      summary: 'no firewall of this machine keeps port 443 closed',
      detail: 'ufw: 80,443/tcp (Nginx Full) ALLOW IN Anywhere\nnft: no chain for what comes in',
    })
  })

  test('firewalld that does not run keeps nothing closed', async () => {
    const off = {kind: 'ended', code: 252, stdout: 'not running\n', stderr: ''} as const

    expect(await check({'firewall-cmd': off, nft: NFT_EMPTY})).toMatchObject({status: 'pass'})
  })

  test('what ufw makes of its rules counts more than what cannot be read of them', async () => {
    const iptables = '-P INPUT DROP\n-A INPUT -p tcp -m strange -j ACCEPT\n'

    expect(await check({ufw: UFW_ACTIVE, iptables}, {port: 443})).toMatchObject({status: 'pass'})
  })
})

describe('without a URL, and elsewhere than on Linux', () => {
  test('the default port of the local set-up is asked about', async () => {
    const result = await runCheck(firewallCheck, undefined, {
      target: {defaultPort: 5100},
      world: {runProgram: programsSaying({ufw: UFW_ACTIVE})},
    })

    expect(result).toMatchObject({
      status: 'fail',
      summary: expect.stringMatching(/port 5100/) as string,
    })
  })

  test('macOS: pf is not looked at, and that is said', async () => {
    const runProgram = programsSaying({
      '/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate':
        'Firewall is disabled. (State = 0)\n',
    })

    const result = await runCheck(firewallCheck, undefined, {
      world: {platform: 'darwin', runProgram},
    })

    expect(result).toMatchObject({
      status: 'pass',
      summary: expect.stringMatching(/; pf is not looked at$/) as string,
    })
  })

  test.each([
    [1, 4242, ['--add "$(ps -o comm= -p 4242)"', '--unblockapp "$(ps -o comm= -p 4242)"']],
    [1, undefined, ['--add PATH_OF_THE_PROGRAM', '--unblockapp PATH_OF_THE_PROGRAM']],
    [2, 4242, ['--setblockall off']],
  ])('macOS, state %i, process %s: the command lets the program in', async (state, pid, words) => {
    const program = '/usr/libexec/ApplicationFirewall/socketfilterfw'
    const runProgram = programsSaying({
      [`${program} --getglobalstate`]: `Firewall is enabled. (State = ${String(state)})\n`,
    })
    const listener = {address: '0.0.0.0', port: 5000, ...(pid === undefined ? {} : {pid})}

    const result = await runCheck(firewallCheck, undefined, {
      known: {listeners: [listener]},
      world: {platform: 'darwin', runProgram},
    })

    const told = result.status === 'fail' ? result.fix : result.detail
    expect(String(told).split('\n').slice(-words.length)).toEqual(
      words.map((one) => `sudo ${program} ${one}`),
    )
  })

  test('Windows: the rules are asked for who listens there', async () => {
    const runProgram = programsSaying({
      'netsh advfirewall show currentprofile': WINDOWS_PRIVATE,
      'netsh advfirewall firewall show rule name=all dir=in verbose': WINDOWS_RULES,
    })
    const examined = (program: string) =>
      runCheck(firewallCheck, undefined, {
        target: {defaultPort: 7000},
        known: {listeners: [{address: '0.0.0.0', port: 7000, program}]},
        world: {platform: 'win32', runProgram},
      })

    expect(await examined('python.exe')).toMatchObject({status: 'pass'})
    expect(await examined('node.exe')).toMatchObject({
      status: 'fail',
      fix: 'Let the port in:\nnetsh advfirewall firewall add rule name="exostream 7000" dir=in action=allow protocol=TCP localport=7000',
    })
  })
})
