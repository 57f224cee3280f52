import {readFileSync} from 'node:fs'

/** Rules that look ports up in sets and maps: by name, written out, and together with something else. */
export const NFT_NAMED_RULES = `
table inet bots {
  set ours { type inet_service; flags interval; elements = { 443, 8000-8100 } }
  set pairs { type ipv4_addr . inet_service; elements = { 203.0.113.5 . 5400 } }
  set protocols { type inet_proto . inet_service; flags interval; elements = { tcp . 6000-6010, udp . 6100 } }
  set banned { type ipv4_addr; flags dynamic,timeout; timeout 1m; }
  map verdicts { type inet_service : verdict; elements = { 5000 : accept, 5100 : drop, 5200 : jump services } }
  map counted { type inet_service : verdict; flags interval; counter; elements = { 7000-7010 : accept } }
  map both { type inet_proto . inet_service : verdict; elements = { tcp . 5500 : accept, udp . 5600 : accept } }
  map rest { type inet_service : verdict; elements = { 5300 : drop, 5301 : jump nothing, * : accept } }
  chain services { tcp dport 5200 reject with tcp reset; }
  chain nothing { tcp dport 1 accept; }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    ip saddr @banned drop
    tcp dport vmap @verdicts
    tcp dport vmap { 4000 : accept, 4100-4110 : jump services }
    tcp dport vmap @counted
    meta l4proto . th dport vmap @both
    meta l4proto . th dport { tcp . 5510, tcp . 5520-5530 } accept
    meta l4proto . th dport @protocols accept
    ip saddr . tcp dport @pairs accept
    ip saddr . tcp dport { 10.0.0.0/8 . 5401 } accept
    iifname . tcp dport { "lo" . 5910, "eth0" . 5911 } accept
    tcp dport != { 443, 4000-9000 } drop
    tcp dport @ours accept
    tcp dport 5930 jump services
    tcp dport 5931 goto services
    tcp dport 5980 ct state new ct count 9 accept
    tcp dport 5990 ct state new add @banned { ip saddr } accept
    tcp dport 5992 synproxy mss 1460
    tcp dport 5300-5309 tcp dport vmap @rest
  }
}
`

/** What nft 1.0.6 says of them. */
export const NFT_NAMED = readFileSync(new URL('nft-named.json', import.meta.url), 'utf8')

export const NFT_NAMED_PORTS = [
  [443, 'open', 'the set "ours"'],
  [8050, 'open', 'the set "ours"'],
  [5000, 'open', 'the map "verdicts"'],
  [5100, 'closed', 'the map "verdicts"'],
  [5200, 'closed', 'a jump in the map "verdicts"'],
  [4000, 'open', 'a map in the rule'],
  [4105, 'closed', 'a jump in a map of the rule, to a chain that says nothing of it'],
  [7005, 'open', 'a map whose elements are counted'],
  [5500, 'open', 'a map of protocol and port'],
  [5600, 'closed', 'the same, for UDP'],
  [5510, 'open', 'protocol and port in the rule'],
  [5525, 'open', 'protocol and range in the rule'],
  [6005, 'open', 'the set "protocols"'],
  [6100, 'closed', 'the same, for UDP'],
  [5400, 'unknown', 'an address from outside and a port'],
  [5401, 'closed', 'an address from inside and a port'],
  [5910, 'closed', 'loopback and a port'],
  [5911, 'unknown', 'another device and a port'],
  [3000, 'closed', 'not being in a set'],
  [5930, 'closed', 'a jump to a chain that says nothing of it'],
  [5931, 'closed', 'a goto'],
  [5980, 'unknown', 'how many calls there are'],
  [5990, 'open', 'a rule that notes the address'],
  [5992, 'unknown', 'the kernel, which answers by itself'],
  [5300, 'closed', 'the map "rest"'],
  [5301, 'closed', 'a jump of the map "rest", and the policy'],
  [5305, 'open', 'what the map "rest" says of all others'],
] as const
