import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, describe, expect, test} from 'vitest'

import {findListeners} from '../../../src/doctor/machine/listeners/listeners.js'
import {runProgram} from '../../../src/doctor/machine/run-program.js'
import type {RunProgram} from '../../../src/doctor/world.js'
import {examine, labWorld} from '../../rig/doctor/examine.js'
import {NFT_NAMED_PORTS, NFT_NAMED_RULES} from '../../rig/doctor/programs/nft-named.js'

/** In a network namespace of their own, rules and addresses are nobody else's. */
const isolates = (...words: readonly string[]) =>
  process.platform === 'linux' && spawnSync('unshare', ['-rn', ...words]).status === 0

const folder = mkdtempSync(join(tmpdir(), 'exostream-namespace-'))
const children: ChildProcess[] = []

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, {recursive: true})
})

/** Every program is run behind these rules, and nothing else is. */
function behind(rules: string): RunProgram {
  return (program, args, signal) =>
    runProgram(
      'unshare',
      ['-rn', 'sh', '-c', `${rules}\nexec "$@"`, 'sh', program, ...args],
      signal,
    )
}

const only = (...programs: readonly string[]) => {
  return (run: RunProgram): RunProgram =>
    (program, args, signal) =>
      programs.includes(program)
        ? run(program, args, signal)
        : Promise.resolve({kind: 'missing', words: `${program}: not found`})
}

async function firewallOf(run: RunProgram, port: number) {
  const report = await examine(`ws://bot.exmple.org:${String(port)}/media?sample-rate=8000`, {
    names: {'bot.exmple.org': ['192.0.2.10']},
    world: {classOf: () => 'public', runProgram: run},
    only: ['url', 'host', 'dns', 'address', 'firewall'],
  })
  return report.checks.find(({id}) => id === 'firewall')
}

const NFT_RULES = `nft -f - <<RULES
table inet bots {
  set ours { type inet_service; flags interval; elements = { 443, 8000-8100 } }
  chain services { tcp dport @ours accept; tcp dport 5200 reject with tcp reset; }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iifname "lo" accept
    meta l4proto icmp accept
    jump services
  }
}
RULES`

describe.skipIf(!isolates('nft', 'list', 'ruleset'))('real rules of nftables', () => {
  const run = only('nft')(behind(NFT_RULES))

  test.each([
    [443, 'pass'],
    [8050, 'pass'],
    [5000, 'fail'],
    [5200, 'fail'],
  ])('port %i: %s', async (port, status) => {
    expect(await firewallOf(run, port)).toMatchObject({status})
  })

  test.each(NFT_NAMED_PORTS)('with sets and maps, port %i is %s by %s', async (port, state) => {
    const named = only('nft')(behind(`nft -f - <<RULES\n${NFT_NAMED_RULES}\nRULES`))
    const status = {open: 'pass', closed: 'fail', unknown: 'skip'}[state]

    expect(await firewallOf(named, port)).toMatchObject({status})
  })

  test('the command that is given opens the port', async () => {
    const fix = (await firewallOf(run, 5000))?.fix ?? ''
    const [, command = ''] = /^sudo (nft .*)$/m.exec(fix) ?? []

    const opened = await firewallOf(only('nft')(behind(`${NFT_RULES}\n${command}`)), 5000)

    expect(opened).toMatchObject({status: 'pass'})
  })
})

const IPTABLES_RULES = `iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -p tcp -m multiport --dports 22,443 -m comment --comment "the web, -j DROP" -j ACCEPT
iptables -A INPUT -p tcp --dport 5200 -j REJECT
iptables -P INPUT DROP`

describe.skipIf(!isolates('iptables', '-S'))('real rules of iptables', () => {
  const run = only('iptables')(behind(IPTABLES_RULES))

  test.each([
    [443, 'pass'],
    [5000, 'fail'],
    [5200, 'fail'],
  ])('port %i: %s', async (port, status) => {
    expect(await firewallOf(run, port)).toMatchObject({status})
  })

  test('the command that is given opens the port', async () => {
    const fix = (await firewallOf(run, 5000))?.fix ?? ''
    const [, command = ''] = /^sudo (iptables .*)$/m.exec(fix) ?? []

    const opened = await firewallOf(only('iptables')(behind(`${IPTABLES_RULES}\n${command}`)), 5000)

    expect(opened).toMatchObject({status: 'pass'})
  })

  test.skipIf(!isolates('nft', 'list', 'ruleset'))(
    'nft, which sees the same rules, does not contradict',
    async () => {
      const both = only('iptables', 'nft')(behind(IPTABLES_RULES))

      expect(await firewallOf(both, 443)).toMatchObject({status: 'pass'})
      expect(await firewallOf(both, 5000)).toMatchObject({status: 'fail'})
      expect(await firewallOf(only('nft')(behind(IPTABLES_RULES)), 5000)).toMatchObject({
        status: 'skip',
      })
    },
  )
})

const LISTENS = `
const {createServer} = require('node:net')
const hosts = ['192.0.2.10', '127.0.0.1', '2001:db8::1']
let waiting = hosts.length
for (const host of hosts) {
  createServer().listen(5000, host, () => --waiting === 0 && console.log('ready'))
}`

describe.skipIf(!isolates('ip', 'link', 'set', 'lo', 'up'))('another namespace', () => {
  test('each address that a process listens on is found, and no other port', async () => {
    const setUp =
      'ip link set lo up && ip address add 192.0.2.10/32 dev lo && ip address add 2001:db8::1/128 dev lo nodad && exec "$@"'
    const words = ['-rn', 'sh', '-c', setUp, 'sh', process.execPath, '-e', LISTENS]
    const child = spawn('unshare', words, {stdio: ['ignore', 'pipe', 'inherit']})
    children.push(child)
    await once(child.stdout, 'data')
    const pid = child.pid ?? 0
    symlinkSync(`/proc/${String(pid)}`, join(folder, String(pid)))
    symlinkSync(`/proc/${String(pid)}/net`, join(folder, 'net'))
    const context = {
      world: labWorld({procDir: folder}),
      signal: new AbortController().signal,
    }

    const found = (await findListeners(5000, context)) ?? []

    expect(found.map(({address}) => address).sort()).toEqual([
      '127.0.0.1',
      '192.0.2.10',
      '2001:db8::1',
    ])
    expect(new Set(found.map((one) => one.pid))).toEqual(new Set([pid]))
    expect(await findListeners(5001, context)).toEqual([])
  })
})
