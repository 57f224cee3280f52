import {expect, test} from 'vitest'

import {announce} from '../../../src/serve/announcement.js'

const announced = {
  port: 5000,
  botName: 'playback',
  template: 'sales',
  addresses: [{address: '127.0.0.1', reach: 'loopback' as const}],
  patterns: ['/media'],
  notes: [],
}

test.each([
  ['the usual folder', undefined, 'exostream simulate --scenario sales'],
  ['another', 'X', 'exostream simulate --data-dir X --scenario sales'],
  [
    'one with a space and a quote',
    "/tmp/Asha's calls",
    String.raw`exostream simulate --data-dir '/tmp/Asha'\''s calls' --scenario sales`,
  ],
])('how to call a serve that is noted in %s', (_, dataDir, command) => {
  expect(announce({...announced, dataDir}).split('\n')).toContain(`  ${command}`)
})

test('one that is named by its address needs no folder', () => {
  const addresses = [{address: '192.168.1.20', reach: 'private' as const}]

  const text = announce({...announced, addresses, dataDir: 'X'})

  expect(text).toContain('\n  exostream simulate ws://192.168.1.20:5000/media --scenario sales\n')
})
