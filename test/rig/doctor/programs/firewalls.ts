/** What firewalls say; names, addresses and ports are made up. */

export const UFW_ACTIVE = `Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW IN    Anywhere
80,443/tcp (Nginx Full)    ALLOW IN    Anywhere
8000:8100/tcp              LIMIT IN    Anywhere                   # bots
5100/tcp                   DENY IN     Anywhere
5200                       REJECT IN   Anywhere
5300/tcp                   ALLOW IN    10.0.0.0/8
5400/tcp                   ALLOW IN    203.0.113.0/24
5500/udp                   ALLOW IN    Anywhere
5600/tcp on docker0        ALLOW IN    Anywhere
5700/tcp on eth0           ALLOW IN    Anywhere
Anywhere                   DENY IN     198.51.100.7
22/tcp (v6)                ALLOW IN    Anywhere (v6)
5800/tcp (v6)              ALLOW IN    Anywhere (v6)
53                         ALLOW OUT   Anywhere
`

export const FIREWALLD_PUBLIC = `public (default, active)
  target: default
  ingress-priority: 0
  egress-priority: 0
  icmp-block-inversion: no
  interfaces: eth0
  sources: 
  services: cockpit dhcpv6-client http ssh
  ports: 8443/tcp 8000-8100/tcp 5500/udp
  protocols: 
  forward: yes
  masquerade: no
  forward-ports: 
  source-ports: 
  icmp-blocks: 
  rich rules: 
	rule family="ipv4" source address="203.0.113.0/24" port port="5400" protocol="tcp" accept
	rule family="ipv4" port port="5900" protocol="tcp" drop
	rule family="ipv6" port port="5000" protocol="tcp" accept
	rule port port="6000-6010" protocol="tcp" accept
`

/** `iptables -S` of a machine on which somebody wrote the rules by hand. */
export const IPTABLES_BY_HAND = `-P INPUT DROP
-P FORWARD DROP
-P OUTPUT ACCEPT
-N ALLOWED
-N LOGGED
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 5000 -m comment --comment "the office, -j ACCEPT" -j ACCEPT
-A INPUT -p tcp -j ALLOWED
-A INPUT -s 203.0.113.0/24 -p tcp -m tcp --dport 5400 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 5200 -j REJECT --reject-with tcp-reset
-A INPUT -m limit --limit 3/min -j LOG --log-prefix "DROP "
-A INPUT -j LOGGED
-A INPUT -p tcp -m tcp --dport 5800 -j ACCEPT
-A ALLOWED -p udp -j ACCEPT
-A ALLOWED -p tcp -m multiport --dports 22,80,443 -j ACCEPT
-A ALLOWED -p tcp -m tcp --dport 8000:8100 -m conntrack --ctstate NEW -j ACCEPT
-A ALLOWED -p tcp -m tcp --dport 5900 -j RETURN
-A LOGGED -p tcp -m tcp --dport 5300 -j REJECT --reject-with icmp-host-prohibited
-A LOGGED -j DROP
`

const MATCH_TCP_22 = {
  match: {op: '==', left: {payload: {protocol: 'tcp', field: 'dport'}}, right: 22},
}

function ruleset(...objects: readonly object[]): string {
  const metainfo = {version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1}
  return JSON.stringify({nftables: [{metainfo}, ...objects]})
}

function rule(chain: string, ...expr: readonly object[]) {
  return {rule: {family: 'inet', table: 'filter', chain, handle: 4, expr}}
}

const TABLE = {table: {family: 'inet', name: 'filter', handle: 1}}

function base(policy: 'accept' | 'drop') {
  const place = {family: 'inet', table: 'filter', name: 'input', handle: 1}
  return {chain: {...place, type: 'filter', hook: 'input', prio: 0, policy}}
}

/** As in the examples of the nftables wiki: states by a map, ports by a named set. */
export const NFT_SERVER = ruleset(
  TABLE,
  base('drop'),
  {chain: {family: 'inet', table: 'filter', name: 'services', handle: 2}},
  {
    set: {
      ...{family: 'inet', name: 'open_ports', table: 'filter', type: 'inet_service', handle: 3},
      elem: [443, {range: [8000, 8100]}, {elem: {val: 5200, comment: 'the bot'}}],
    },
  },
  rule('input', {
    vmap: {
      key: {ct: {key: 'state'}},
      data: {
        set: [
          ['invalid', {drop: null}],
          ['established', {accept: null}],
          ['related', {accept: null}],
        ],
      },
    },
  }),
  rule('input', {match: {op: '==', left: {meta: {key: 'iifname'}}, right: 'lo'}}, {accept: null}),
  rule('input', {match: {op: '==', left: {meta: {key: 'l4proto'}}, right: 'icmp'}}, {accept: null}),
  rule(
    'input',
    {
      match: {
        op: '==',
        left: {payload: {protocol: 'ip', field: 'saddr'}},
        right: {prefix: {addr: '203.0.113.0', len: 24}},
      },
    },
    {match: {op: '==', left: {payload: {protocol: 'tcp', field: 'dport'}}, right: 5400}},
    {accept: null},
  ),
  rule('input', {counter: {packets: 3, bytes: 180}}, {jump: {target: 'services'}}),
  rule('services', MATCH_TCP_22, {accept: null}),
  rule(
    'services',
    {
      match: {
        op: '==',
        left: {payload: {protocol: 'tcp', field: 'dport'}},
        right: '@open_ports',
      },
    },
    {accept: null},
  ),
  rule(
    'services',
    {
      match: {
        op: '==',
        left: {payload: {protocol: 'tcp', field: 'dport'}},
        right: {set: [25, 5900]},
      },
    },
    {reject: {type: 'tcp reset'}},
  ),
)

export const NFT_EMPTY = ruleset()

/** What iptables put there is for iptables to read. */
export const NFT_OF_IPTABLES = ruleset(
  {
    chain: {
      ...{family: 'ip', table: 'filter', name: 'INPUT', handle: 1},
      ...{type: 'filter', hook: 'input', prio: 0, policy: 'drop'},
    },
  },
  {
    rule: {
      ...{family: 'ip', table: 'filter', chain: 'INPUT', handle: 4},
      expr: [{xt: {type: 'match', name: 'comment'}}, {accept: null}],
    },
  },
)

const windowsRule = (fields: Readonly<Record<string, string>>) =>
  Object.entries({
    'Rule Name': 'a rule',
    Enabled: 'Yes',
    Direction: 'In',
    Profiles: 'Domain,Private,Public',
    Grouping: '',
    LocalIP: 'Any',
    RemoteIP: 'Any',
    Protocol: 'TCP',
    LocalPort: 'Any',
    RemotePort: 'Any',
    'Edge traversal': 'No',
    Program: 'Any',
    Action: 'Allow',
    ...fields,
  })
    .map(([name, value]) => `${`${name}:`.padEnd(38)}${value}`)
    .join('\r\n')

export const WINDOWS_PRIVATE =
  '\r\nPrivate Profile Settings: \r\n----------------------------------------------------------------------\r\nState                                 ON\r\nFirewall Policy                       BlockInbound,AllowOutbound\r\nLocalFirewallRules                    N/A (GPO-store only)\r\n\r\nOk.\r\n'

export const WINDOWS_RULES = [
  windowsRule({'Rule Name': 'the bot', LocalPort: '5000,8000-8100'}),
  windowsRule({'Rule Name': 'off', LocalPort: '5100', Enabled: 'No'}),
  windowsRule({'Rule Name': 'at the office', LocalPort: '5200', Profiles: 'Domain'}),
  windowsRule({'Rule Name': 'keep out', LocalPort: '5300', Action: 'Block'}),
  windowsRule({'Rule Name': 'near by', LocalPort: '5400', RemoteIP: 'LocalSubnet'}),
  windowsRule({'Rule Name': 'udp', LocalPort: '5500', Protocol: 'UDP'}),
  windowsRule({'Rule Name': 'Python', Program: 'C:\\Python312\\python.exe'}),
].join('\r\n\r\n')
