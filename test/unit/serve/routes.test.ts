import {expect, test} from 'vitest'

import {answerHttp, type Health} from '../../../src/serve/routes.js'

const health = (): Health => ({version: '1.2.3', nonce: 'n', streams: 2, uptimeSeconds: 9})

test.each([
  ['GET', '/media', 426, 'WebSocket endpoint'],
  ['GET', '/', 426, 'WebSocket endpoint'],
  ['HEAD', '/media', 426, 'WebSocket endpoint'],
  ['POST', '/media', 405, 'Only GET and HEAD'],
  ['DELETE', '/health', 405, 'Only GET and HEAD'],
  ['GET', '/medai', 404, '/media and /'],
  ['POST', '/nothing', 404, '/media and /'],
  ['GET', '//', 404, '/media and /'],
  ['GET', '/media/', 404, '/media and /'],
  ['GET', `/${'x'.repeat(5000)}`, 414, 'longer than 4096'],
])('%s %s is answered with %i', (method, path, status, words) => {
  const answer = answerHttp({method, path}, health)

  expect(answer.status).toBe(status)
  expect(answer.body).toContain(words)
})

test('health is one JSON object that names the program', () => {
  const answer = answerHttp({method: 'GET', path: '/health'}, health)

  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(JSON.parse(answer.body)).toEqual({
    status: 'ok',
    name: 'exostream',
    version: '1.2.3',
    nonce: 'n',
    streams: 2,
    uptimeSeconds: 9,
  })
})

test('what is refused says what would be taken', () => {
  expect(answerHttp({method: 'PUT', path: '/'}, health).headers).toMatchObject({allow: 'GET, HEAD'})
  expect(answerHttp({method: 'GET', path: '/'}, health).headers).toMatchObject({
    upgrade: 'websocket',
  })
})
