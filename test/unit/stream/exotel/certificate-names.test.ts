import {expect, test} from 'vitest'

import {readNames, wrongHostWords} from '../../../../src/stream/exotel/certificate-names.js'

const X509 = 'tls: failed to verify certificate: x509: '
const many = (kind: string) =>
  Array.from({length: 100}, (_, at) => `${kind}${String(at)}`).join(', ')

test.each<{names: string | undefined; commonName?: string; host: string; says: string}>([
  {
    names: 'DNS:a.example, DNS:*.b.example, IP Address:192.0.2.1',
    host: 'bot.example',
    says: 'certificate is valid for a.example, *.b.example, not bot.example',
  },
  {
    names: 'DNS:a.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1',
    host: '192.0.2.9',
    says: 'certificate is valid for 192.0.2.1, 2001:db8::1, not 192.0.2.9',
  },
  {
    names: 'DNS:a.example',
    host: '192.0.2.9',
    says: "cannot validate certificate for 192.0.2.9 because it doesn't contain any IP SANs",
  },
  {
    names: 'IP Address:192.0.2.1',
    host: 'bot.example',
    says: 'certificate is not valid for any names, but wanted to match bot.example',
  },
  {
    names: undefined,
    commonName: 'Bot.example',
    host: 'bot.example',
    says: 'certificate relies on legacy Common Name field, use SANs instead',
  },
  {
    names: undefined,
    commonName: 'other.example',
    host: 'bot.example',
    says: 'certificate is not valid for any names, but wanted to match bot.example',
  },
  {
    names: many('DNS:n'),
    host: 'bot.example',
    says: 'certificate is valid for 100 names, but none matched bot.example',
  },
  {
    names: many('IP Address:192.0.2.'),
    host: '198.51.100.1',
    says: 'certificate is valid for 100 IP SANs, but none matched 198.51.100.1',
  },
])('for $host Go says: $says', ({names, commonName, host, says}) => {
  expect(wrongHostWords(readNames(names, commonName), host)).toBe(X509 + says)
})
