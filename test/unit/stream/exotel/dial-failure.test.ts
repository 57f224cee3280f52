import {describe, expect, test} from 'vitest'

import {errorCatalogue, type ErrorCode, type ExostreamError} from '../../../../src/errors.js'
import {dialFailure, dialTimeout, refusal} from '../../../../src/stream/exotel/dial-failure.js'
import {parseStreamUrl} from '../../../../src/stream/exotel/stream-url.js'

const url = parseStreamUrl('wss://bot.example/media?plan=gold')
const withKey = parseStreamUrl('wss://key:secret@bot.example/media')
const PREFIX = '3009 failed to establish ws conn '

function told({code, message, exotelError}: ExostreamError): readonly unknown[] {
  return [code, message, exotelError]
}

describe('an error before the 101', () => {
  test.each<{node: object; as: ErrorCode; message: string; exotel: string}>([
    {
      node: {code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND bot.example'},
      as: 'EXO_DNS_FAILED',
      message: 'The host name bot.example does not resolve.',
      exotel: 'dial tcp: lookup bot.example on 10.1.0.2:53: no such host',
    },
    {
      node: {code: 'EAI_AGAIN', message: 'getaddrinfo EAI_AGAIN bot.example'},
      as: 'EXO_DNS_FAILED',
      message: 'The host name bot.example does not resolve: no name server answers.',
      exotel: 'dial tcp: lookup bot.example on 10.1.0.2:53: server misbehaving',
    },
    {
      node: {code: 'EAI_FAIL', message: 'getaddrinfo EAI_FAIL bot.example'},
      as: 'EXO_DNS_FAILED',
      message: 'The host name bot.example does not resolve: its name servers fail.',
      exotel: 'dial tcp: lookup bot.example on 10.1.0.2:53: server misbehaving',
    },
    {
      node: {code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 192.0.2.1:443'},
      as: 'EXO_DIAL_REFUSED',
      message: 'Nothing accepts connections at bot.example:443.',
      exotel: 'dial tcp bot.example:443: connect: connection refused',
    },
    {
      // As for a name with an IPv6 and an IPv4 address.
      node: {message: '', errors: [{code: 'ECONNREFUSED'}, {code: 'ECONNREFUSED'}]},
      as: 'EXO_DIAL_REFUSED',
      message: 'Nothing accepts connections at bot.example:443.',
      exotel: 'dial tcp bot.example:443: connect: connection refused',
    },
    {
      node: {code: 'ETIMEDOUT', message: 'connect ETIMEDOUT 192.0.2.1:443'},
      as: 'EXO_DIAL_TIMEOUT',
      message: 'wss://bot.example/media?plan=gold did not open the WebSocket within 10 s.',
      exotel: 'dial tcp bot.example:443: i/o timeout',
    },
    {
      node: {code: 'CERT_HAS_EXPIRED', message: 'certificate has expired'},
      as: 'EXO_TLS_FAILED',
      message: 'The TLS certificate of bot.example:443 is not accepted: certificate has expired.',
      exotel:
        'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    },
    {
      node: {code: 'CERT_NOT_YET_VALID', message: 'certificate is not yet valid'},
      as: 'EXO_TLS_FAILED',
      message:
        'The TLS certificate of bot.example:443 is not accepted: certificate is not yet valid.',
      exotel:
        'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    },
    {
      node: {
        code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        message: 'unable to verify the first certificate',
      },
      as: 'EXO_TLS_FAILED',
      message:
        'The TLS certificate of bot.example:443 is not accepted: unable to verify the first certificate.',
      exotel: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    },
    {
      node: {code: 'INVALID_PURPOSE', message: 'unsuitable certificate purpose'},
      as: 'EXO_TLS_FAILED',
      message:
        'The TLS certificate of bot.example:443 is not accepted: unsuitable certificate purpose.',
      exotel:
        'tls: failed to verify certificate: x509: certificate specifies an incompatible key usage',
    },
    {
      // As Node 24 says it.
      node: {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        message:
          'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
      },
      as: 'EXO_TLS_FAILED',
      message: 'The TLS certificate of bot.example:443 is not accepted: self-signed certificate.',
      exotel: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    },
    {
      node: {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        message:
          "Hostname/IP does not match certificate's altnames: Host: bot.example. is not in the cert's altnames: DNS:other.example",
        cert: {subjectaltname: 'DNS:other.example, DNS:www.other.example'},
      },
      as: 'EXO_TLS_FAILED',
      message:
        "The TLS certificate of bot.example:443 is not accepted: Hostname/IP does not match certificate's altnames: Host: bot.example. is not in the cert's altnames: DNS:other.example.",
      exotel:
        'tls: failed to verify certificate: x509: certificate is valid for other.example, www.other.example, not bot.example',
    },
    {
      node: {
        code: 'EPROTO',
        message: 'write EPROTO 00:error:wrong version number:../ssl3_record.c:355:\n',
      },
      as: 'EXO_TLS_FAILED',
      message: 'bot.example:443 does not speak TLS; the URL may have to be ws:// there.',
      exotel: 'tls: first record does not look like a TLS handshake',
    },
    {
      node: {
        code: 'ERR_SSL_PACKET_LENGTH_TOO_LONG',
        message:
          '00:error:0A0000C6:SSL routines:tls_get_more_records:packet length too long:x.c:1:',
      },
      as: 'EXO_TLS_FAILED',
      message: 'bot.example:443 does not speak TLS; the URL may have to be ws:// there.',
      exotel: 'tls: first record does not look like a TLS handshake',
    },
    {
      node: {code: 'EPROTO', message: 'write EPROTO 00:error:no shared cipher:../t1_lib.c:3:\n'},
      as: 'EXO_TLS_FAILED',
      message:
        'The TLS handshake with bot.example:443 failed: write EPROTO 00:error:no shared cipher:../t1_lib.c:3.',
      exotel: 'remote error: tls: handshake failure',
    },
    {
      node: {
        code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
        message: '00:error:tlsv1 unrecognized name:../rec_layer_s3.c:1601:SSL alert number 112\n',
      },
      as: 'EXO_TLS_FAILED',
      message:
        'The TLS handshake with bot.example:443 failed: 00:error:tlsv1 unrecognized name:../rec_layer_s3.c:1601:SSL alert number 112.',
      exotel: 'remote error: tls: unrecognized name',
    },
    {
      node: {
        code: 'ERR_SSL_TLSV1_ALERT_BAD',
        message: '00:error:bad:SSL alert number 200',
      },
      as: 'EXO_TLS_FAILED',
      message: 'The TLS handshake with bot.example:443 failed: 00:error:bad:SSL alert number 200.',
      exotel: 'remote error: tls: alert(200)',
    },
    {
      node: {code: 'ERR_SSL_UNSUPPORTED_PROTOCOL', message: '00:error:unsupported protocol:x.c:1:'},
      as: 'EXO_TLS_FAILED',
      message:
        'The TLS handshake with bot.example:443 failed: 00:error:unsupported protocol:x.c:1.',
      exotel: 'tls: server selected unsupported protocol version 302',
    },
    {
      node: {code: 'HPE_INVALID_CONSTANT', message: 'Parse Error: Expected HTTP/'},
      as: 'EXO_NOT_WEBSOCKET',
      message:
        'What answers at bot.example:443 does not speak WebSocket: Parse Error: Expected HTTP/.',
      exotel: 'malformed HTTP response',
    },
    {
      node: {message: 'Invalid Sec-WebSocket-Accept header'},
      as: 'EXO_NOT_WEBSOCKET',
      message:
        'What answers at bot.example:443 does not speak WebSocket: Invalid Sec-WebSocket-Accept header.',
      exotel: 'malformed HTTP response',
    },
    {
      node: {code: 'ECONNRESET', message: 'socket hang up'},
      as: 'EXO_DIAL_FAILED',
      message: 'bot.example:443 closed the connection before the WebSocket was open.',
      exotel: 'EOF',
    },
    {
      node: {
        code: 'ECONNRESET',
        message: 'Client network socket disconnected before secure TLS connection was established',
      },
      as: 'EXO_DIAL_FAILED',
      message: 'bot.example:443 closed the connection before the WebSocket was open.',
      exotel: 'EOF',
    },
    {
      node: {code: 'ECONNRESET', message: 'read ECONNRESET'},
      as: 'EXO_DIAL_FAILED',
      message: 'bot.example:443 closed the connection before the WebSocket was open.',
      exotel: 'read tcp 10.1.0.10:40000->bot.example:443: read: connection reset by peer',
    },
    {
      node: {code: 'EHOSTUNREACH', message: 'connect EHOSTUNREACH 192.0.2.1:443'},
      as: 'EXO_DIAL_FAILED',
      message: 'bot.example:443 could not be reached: connect EHOSTUNREACH 192.0.2.1:443.',
      exotel: 'dial tcp bot.example:443: connect: no route to host',
    },
    {
      // Node tells the address: Go shows it in place of the name.
      node: {
        code: 'ENETUNREACH',
        message: 'connect ENETUNREACH 2001:db8::1:443',
        address: '2001:db8::1',
        port: 443,
      },
      as: 'EXO_DIAL_FAILED',
      message: 'bot.example:443 could not be reached: connect ENETUNREACH 2001:db8::1:443.',
      exotel: 'dial tcp [2001:db8::1]:443: connect: network is unreachable',
    },
    {
      node: {
        message: '',
        code: 'ECONNREFUSED',
        errors: [{code: 'ECONNREFUSED', address: '192.0.2.1', port: 443}],
      },
      as: 'EXO_DIAL_REFUSED',
      message: 'Nothing accepts connections at bot.example:443.',
      exotel: 'dial tcp 192.0.2.1:443: connect: connection refused',
    },
    {
      node: {code: 'EMFILE', message: ''},
      as: 'EXO_DIAL_FAILED',
      message: 'bot.example:443 could not be reached: EMFILE.',
      exotel: 'dial tcp bot.example:443: EMFILE',
    },
    {
      node: {message: ''},
      as: 'EXO_DIAL_FAILED',
      message: 'bot.example:443 could not be reached: no reason was given.',
      exotel: 'dial tcp bot.example:443: no reason was given',
    },
  ])('$node is $as', ({node, as, message, exotel}) => {
    const error = Object.assign(new Error(), node)

    const failure = dialFailure(url, error, 10_000)

    expect(told(failure)).toEqual([as, message, PREFIX + exotel])
    expect(failure.cause).toBe(error)
  })

  test('no answer in time is told with the time', () => {
    expect(told(dialTimeout(parseStreamUrl('ws://127.0.0.1:5000/'), 250))).toEqual([
      'EXO_DIAL_TIMEOUT',
      'ws://127.0.0.1:5000/ did not open the WebSocket within 0.25 s.',
      `${PREFIX}dial tcp 127.0.0.1:5000: i/o timeout`,
    ])
  })

  test('no answer in time on a connection that was there is the end of the time alone', () => {
    const failure = dialTimeout(parseStreamUrl('ws://127.0.0.1:5000/'), 250, {isConnected: true})

    expect(told(failure)).toEqual([
      'EXO_DIAL_TIMEOUT',
      'ws://127.0.0.1:5000/ did not open the WebSocket within 0.25 s.',
      `${PREFIX}context deadline exceeded`,
    ])
  })

  test.each([
    {text: 'ws://host/', address: 'host:80'},
    {text: 'wss://host/', address: 'host:443'},
    {text: 'ws://[::1]:5000/', address: '[::1]:5000'},
  ])('$text is at $address', ({text, address}) => {
    const error = Object.assign(new Error(), {code: 'ECONNREFUSED'})

    expect(dialFailure(parseStreamUrl(text), error, 1).message).toContain(` ${address}.`)
  })
})

describe('an answer other than 101', () => {
  const shown = 'wss://bot.example/media'

  test.each<{status: number; body: string; as: ErrorCode; message: string}>([
    {status: 401, body: '', as: 'EXO_UNAUTHORIZED', message: 'answered 401 to these credentials.'},
    {
      status: 403,
      body: 'no such key',
      as: 'EXO_UNAUTHORIZED',
      message: 'answered 403 (no such key) to these credentials.',
    },
    {
      status: 404,
      body: '',
      as: 'EXO_UPGRADE_REFUSED',
      message: 'answered 404 instead of opening a WebSocket.',
    },
    {
      status: 404,
      body: '<html>a page</html>',
      as: 'EXO_UPGRADE_REFUSED',
      message: 'answered 404 instead of opening a WebSocket.',
    },
    {
      status: 502,
      body: ' bad\r\n gateway\u001b[2J\n',
      as: 'EXO_UPGRADE_REFUSED',
      message: 'answered 502 (bad gateway [2J) instead of opening a WebSocket.',
    },
    {
      status: 302,
      body: 'x'.repeat(500),
      as: 'EXO_UPGRADE_REFUSED',
      message: `answered 302 (${'x'.repeat(80)}) instead of opening a WebSocket.`,
    },
    {
      status: 200,
      body: 'hello',
      as: 'EXO_NOT_WEBSOCKET',
      message: 'answered 200 like a web page instead of opening a WebSocket.',
    },
  ])('$status is $as', ({status, body, as, message}) => {
    expect(told(refusal(withKey, status, body))).toEqual([
      as,
      `${shown} ${message}`,
      `${PREFIX}expected handshake response status code 101 but got ${status}`,
    ])
  })

  test.each([503, 429])('%i is a bot that is full, not a wrong path', (status) => {
    const {code, hint} = refusal(url, status, '')

    expect(code).toBe('EXO_UPGRADE_REFUSED')
    expect(hint).toContain('too full or not yet ready')
    expect(refusal(url, 404, '').hint).toBe(errorCatalogue.EXO_UPGRADE_REFUSED.hint)
  })

  test('401 to a URL without credentials says that there are none', () => {
    expect(refusal(url, 401, '').message).toBe(
      'wss://bot.example/media?plan=gold answered 401 and the URL has no credentials.',
    )
  })
})
