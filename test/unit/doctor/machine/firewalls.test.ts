import {describe, expect, test} from 'vitest'

import {readFirewalld} from '../../../../src/doctor/machine/firewalls/firewalld.js'
import {readIptables} from '../../../../src/doctor/machine/firewalls/iptables.js'
import {readNft} from '../../../../src/doctor/machine/firewalls/nft.js'
import {
  readMacFirewall,
  readWindowsProfile,
  readWindowsRules,
  windowsProfileName,
} from '../../../../src/doctor/machine/firewalls/other-systems.js'
import {readUfw} from '../../../../src/doctor/machine/firewalls/ufw.js'
import {NFT_NAMED, NFT_NAMED_PORTS} from '../../../rig/doctor/programs/nft-named.js'
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

describe('ufw', () => {
  test.each([
    [22, 'open', '22/tcp ALLOW IN Anywhere'],
    [443, 'open', '80,443/tcp (Nginx Full) ALLOW IN Anywhere'],
    [8050, 'open', '8000:8100/tcp LIMIT IN Anywhere # bots'],
    [5000, 'closed', 'Default: deny (incoming), allow (outgoing), disabled (routed)'],
    [5100, 'closed', '5100/tcp DENY IN Anywhere'],
    [5300, 'closed', 'Default: deny (incoming), allow (outgoing), disabled (routed)'],
    [5400, 'unknown', '5400/tcp ALLOW IN 203.0.113.0/24'],
    [5500, 'closed', 'Default: deny (incoming), allow (outgoing), disabled (routed)'],
    [5600, 'closed', 'Default: deny (incoming), allow (outgoing), disabled (routed)'],
    [5700, 'unknown', '5700/tcp on eth0 ALLOW IN Anywhere'],
    [5800, 'closed', 'Default: deny (incoming), allow (outgoing), disabled (routed)'],
  ])('port %i is %s, by "%s"', (port, state, line) => {
    expect(readUfw(UFW_ACTIVE, port)).toMatchObject({state, line})
  })

  test('a rule that rejects is seen as refused, one that denies as silence', () => {
    expect(readUfw(UFW_ACTIVE, 5200)).toMatchObject({state: 'closed', seenAs: 'refused'})
    expect(readUfw(UFW_ACTIVE, 5100)).not.toHaveProperty('seenAs')
  })

  test('an inactive one keeps nothing closed', () => {
    expect(readUfw('Status: inactive\n', 5000)?.state).toBe('open')
  })

  test.each(['', 'Statut : actif\n', 'Status: active\n'])('%j tells nothing', (text) => {
    expect(readUfw(text, 5000)).toBeUndefined()
  })
})

describe('firewalld', () => {
  test.each([
    [8443, 'open', 'ports: 8443/tcp'],
    [8050, 'open', 'ports: 8000-8100/tcp'],
    [80, 'open', 'services: http'],
    [6005, 'open', 'rule port port="6000-6010" protocol="tcp" accept'],
    [5900, 'closed', 'rule family="ipv4" port port="5900" protocol="tcp" drop'],
    [5500, 'closed', 'public (default, active): ports: 8443/tcp 8000-8100/tcp 5500/udp'],
    [5000, 'closed', 'public (default, active): ports: 8443/tcp 8000-8100/tcp 5500/udp'],
  ])('port %i is %s, by "%s"', (port, state, line) => {
    expect(readFirewalld(FIREWALLD_PUBLIC, port)).toMatchObject({state, line})
  })

  test('a rule for some addresses leaves it open whether Exotel is among them', () => {
    expect(readFirewalld(FIREWALLD_PUBLIC, 5400).state).toBe('unknown')
  })

  test('a service of somebody may hold the port', () => {
    const text = FIREWALLD_PUBLIC.replace('cockpit', 'mybot')

    expect(readFirewalld(text, 5000)).toEqual({
      state: 'unknown',
      line: 'services: mybot, whose ports are not known here',
    })
  })

  test('a zone that takes all is open, and one without a device says nothing', () => {
    const trusted = FIREWALLD_PUBLIC.replace('target: default', 'target: ACCEPT')

    expect(readFirewalld(trusted, 5000).state).toBe('open')
    expect(readFirewalld(FIREWALLD_PUBLIC.replace(', active', ''), 5000).state).toBe('unknown')
  })

  test('a zone that drops is silent, any other says that there is no route', () => {
    const dropping = FIREWALLD_PUBLIC.replace('target: default', 'target: DROP')

    expect(readFirewalld(FIREWALLD_PUBLIC, 5000).seenAs).toBe('no-route')
    expect(readFirewalld(dropping, 5000)).not.toHaveProperty('seenAs')
  })
})

describe('iptables', () => {
  test.each([
    [22, 'open', '-A ALLOWED -p tcp -m multiport --dports 22,80,443 -j ACCEPT'],
    [
      8050,
      'open',
      '-A ALLOWED -p tcp -m tcp --dport 8000:8100 -m conntrack --ctstate NEW -j ACCEPT',
    ],
    [5000, 'closed', '-A LOGGED -j DROP'],
    [5800, 'closed', '-A LOGGED -j DROP'],
    [5900, 'closed', '-A LOGGED -j DROP'],
    [5400, 'unknown', '-A INPUT -s 203.0.113.0/24 -p tcp -m tcp --dport 5400 -j ACCEPT'],
  ])('port %i is %s, by "%s"', (port, state, line) => {
    expect(readIptables(IPTABLES_BY_HAND, port)).toMatchObject({state, line})
  })

  test('how it is rejected tells how a caller sees it', () => {
    expect(readIptables(IPTABLES_BY_HAND, 5200)?.seenAs).toBe('refused')
    expect(readIptables(IPTABLES_BY_HAND, 5300)?.seenAs).toBe('no-route')
  })

  test.each([
    ['', 'open'],
    ['-A INPUT ! -i lo -p tcp -m tcp --dport 5000 -j DROP', 'closed'],
    ['-A INPUT -p tcp -m tcp ! --dport 22 -j DROP', 'closed'],
    ['-A INPUT -i eth1 -j DROP', 'unknown'],
    ['-A INPUT -p tcp -m tcp --dport 5000 -m recent --update --seconds 60 -j DROP', 'unknown'],
    ['-A INPUT -p tcp -m set --match-set blocked src -j DROP', 'unknown'],
    ['-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP', 'closed'],
    ['-A INPUT -p tcp -m tcp --tcp-flags ALL NONE -j DROP', 'open'],
    ['-A INPUT -p tcp -j NFQUEUE --queue-num 0', 'unknown'],
    ['-A INPUT -j LOOP\n-A LOOP -j LOOP', 'unknown'],
    ['-A INPUT -g OTHER\n-A INPUT -j DROP\n-A OTHER -p udp -j DROP', 'open'],
    [
      '-A INPUT -j OTHER\n-A INPUT -j DROP\n-A OTHER -s 203.0.113.9/32 -j RETURN\n-A OTHER -j ACCEPT',
      'unknown',
    ],
  ])('after a policy that accepts, "%s" makes it %s', (rules, state) => {
    expect(readIptables(`-P INPUT ACCEPT\n${rules}`, 5000)?.state).toBe(state)
  })

  test('rules that send a packet round and round end', () => {
    const names = Array.from({length: 12}, (_, index) => `C${String(index)}`)
    const rules = names.flatMap((name) => names.map((other) => `-A ${name} -j ${other}`))

    const verdict = readIptables(['-P INPUT DROP', '-A INPUT -j C0', ...rules].join('\n'), 5000)

    expect(verdict).toEqual({state: 'unknown', line: 'the rules are too many to be read'})
  })

  test('what has no policy for INPUT tells nothing', () => {
    expect(readIptables('iptables v1.8.9: no', 5000)).toBeUndefined()
  })
})

describe('nft', () => {
  test.each([
    [22, 'open'],
    [443, 'open'],
    [8050, 'open'],
    [5200, 'open'],
    [5000, 'closed'],
    [5400, 'unknown'],
  ])('port %i is %s', (port, state) => {
    expect(readNft(NFT_SERVER, port)).toMatchObject({state, chain: 'inet filter input'})
  })

  test('the policy is named where no rule tells', () => {
    expect(readNft(NFT_SERVER, 5000)?.line).toBe('chain inet filter input: policy drop')
  })

  test('a set of ports in the rule is read, and how they are rejected', () => {
    expect(readNft(NFT_SERVER, 5900)).toMatchObject({state: 'closed', seenAs: 'refused'})
  })

  test.each(NFT_NAMED_PORTS)('port %i is %s by %s', (port, state) => {
    expect(readNft(NFT_NAMED, port)).toMatchObject({state})
  })

  test.each([
    ['@verdicts', 5000],
    ['@verdicts', 5100],
    ['@ours', 443],
  ])('without %s, which a rule names, it cannot be told of port %i', (name, port) => {
    const renamed = NFT_NAMED.replace(`"${name}"`, '"@nowhere"')

    expect(readNft(renamed, port)?.state).toBe('unknown')
  })

  test('a set that is empty lets nobody in', () => {
    const ruleset = JSON.parse(NFT_NAMED) as {nftables: {set?: {name: string; elem?: unknown}}[]}
    for (const {set} of ruleset.nftables) if (set?.name === 'ours') delete set.elem

    expect(readNft(JSON.stringify(ruleset), 443)?.state).toBe('closed')
  })

  test('no chain at all keeps nothing closed', () => {
    expect(readNft(NFT_EMPTY, 5000)?.state).toBe('open')
  })

  test('what iptables put there is left to iptables', () => {
    expect(readNft(NFT_OF_IPTABLES, 5000)).toEqual({
      ...{state: 'open', line: 'no chain for what comes in'},
      isWithIptables: true,
    })
  })

  test.each(['', '{', '[]', '{"nftables": 5}', 'null'])('%j tells nothing', (text) => {
    expect(readNft(text, 5000)).toBeUndefined()
  })

  test('members of any shape are passed over', () => {
    const objects = [null, 5, {rule: 5}, {rule: {expr: [5, {match: {}}]}}, {chain: []}, {set: null}]

    expect(readNft(JSON.stringify({nftables: objects}), 5000)?.state).toBe('open')
  })
})

describe('macOS and Windows', () => {
  test.each([
    ['Firewall is disabled. (State = 0)\n', 'open'],
    ['Firewall is enabled. (State = 1)\n', 'unknown'],
    ['Firewall is blocking all non-essential incoming connections. (State = 2)\n', 'closed'],
  ])('macOS: %j is %s', (text, state) => {
    expect(readMacFirewall(text)?.state).toBe(state)
  })

  test.each([
    ['BlockInbound', undefined],
    ['AllowInbound', 'open'],
    ['BlockInboundAlways', 'closed'],
  ])('a Windows profile with the policy %s is %s', (policy, state) => {
    const text = WINDOWS_PRIVATE.replace('BlockInbound', policy)

    expect(readWindowsProfile(text)?.state).toBe(state)
  })

  test('a Windows firewall that is off is open, and one in another language not clear', () => {
    expect(readWindowsProfile(WINDOWS_PRIVATE.replace(' ON', ' OFF'))?.state).toBe('open')
    expect(readWindowsProfile('Einstellungen für Privates Profil:\r\n')?.state).toBe('unknown')
  })

  test('the profile in force is named, unless there are two', () => {
    const two = WINDOWS_PRIVATE + WINDOWS_PRIVATE.replace('Private', 'Public')

    expect(windowsProfileName(WINDOWS_PRIVATE)).toBe('Private')
    expect(windowsProfileName(two)).toBeUndefined()
  })

  test.each([
    [5000, 'open', 'rule "the bot"'],
    [8050, 'open', 'rule "the bot"'],
    [5100, 'closed', 'no rule allows port 5100'],
    [5200, 'closed', 'no rule allows port 5200'],
    [5300, 'closed', 'rule "keep out"'],
    [5400, 'unknown', 'rule "near by"'],
    [5500, 'closed', 'no rule allows port 5500'],
  ])('Windows, node.exe on port %i: %s, by %s', (port, state, line) => {
    const asked = {port, program: 'node.exe', profile: 'Private'}

    expect(readWindowsRules(WINDOWS_RULES, asked)).toEqual({state, line})
  })

  test('Windows lets a program in by a rule for the program', () => {
    const asked = {port: 7000, profile: 'Private'}

    expect(readWindowsRules(WINDOWS_RULES, {...asked, program: 'python.exe'}).state).toBe('open')
    expect(readWindowsRules(WINDOWS_RULES, asked).state).toBe('unknown')
  })
})
