import {describe, expect, test} from 'vitest'

import {fieldOf, readFields} from '../../../../src/serve/exotel/fields.js'
import {asks, form, jsonBody, multipart} from './asking.js'

const fields = {CallSid: 'c1', 'Stream[Status]': 'completed', plan: 'gold & more'}
const stream = {StreamSID: 's1', Status: 'completed', Duration: 28}
const streamJson = JSON.stringify(stream)

describe('the fields of a request', () => {
  test.each([
    ['a query', asks('GET', `/passthru?${new URLSearchParams(fields).toString()}`)],
    ['a form', asks('POST', '/passthru', {body: form(fields)})],
    ['JSON', asks('POST', '/passthru', {body: jsonBody(fields)})],
    ['multipart', asks('POST', '/passthru', {body: multipart(fields)})],
    [
      'a form without a type',
      asks('POST', '/passthru', {body: {...form(fields), type: undefined}}),
    ],
    [
      'JSON under the type of a form',
      asks('POST', '/passthru', {body: {...jsonBody(fields), type: form({}).type}}),
    ],
  ])('are read from %s', async (_, request) => {
    expect((await readFields(request)).fields).toEqual(Object.entries(fields))
  })

  test('are those of the query too, behind the body', async () => {
    const request = asks('POST', '/passthru?a=query&b=2', {body: form({a: 'body'})})

    const {fields: read = []} = await readFields(request)

    expect(fieldOf(read, 'a')).toBe('body')
    expect(fieldOf(read, 'b')).toBe('2')
  })

  test.each([
    ['a query', asks('GET', `/passthru?${new URLSearchParams({Stream: streamJson}).toString()}`)],
    ['a form', asks('POST', '/passthru', {body: form({Stream: streamJson})})],
    ['JSON', asks('POST', '/passthru', {body: jsonBody({Stream: stream})})],
  ])('have the stream spread out from the JSON text in %s', async (_, request) => {
    expect((await readFields(request)).fields).toEqual([
      ['Stream[StreamSID]', 's1'],
      ['Stream[Status]', 'completed'],
      ['Stream[Duration]', '28'],
    ])
  })

  test('keep a Stream that is no JSON as it is', async () => {
    expect(await readFields(asks('GET', '/passthru?Stream=oops'))).toEqual({
      fields: [['Stream', 'oops']],
    })
  })

  test('have the digits without their quotes', async () => {
    expect(await readFields(asks('GET', '/passthru?digits=%22123%22'))).toEqual({
      fields: [['digits', '123']],
    })
  })

  test('are found under lower case and underscores', async () => {
    const {fields: read = []} = await readFields(asks('GET', '/?call_sid=c1&stream[status]=failed'))

    expect(fieldOf(read, 'CallSid')).toBe('c1')
    expect(fieldOf(read, 'Stream[Status]')).toBe('failed')
  })

  test('are texts that a URL can hold', async () => {
    const body = {type: 'application/json', content: '{"a":"\\ud800","b":7,"c":null,"d":[1]}'}

    expect(await readFields(asks('POST', '/', {body}))).toEqual({
      fields: [
        ['a', '\ufffd'],
        ['b', '7'],
        ['c', ''],
        ['d', '[1]'],
      ],
    })
  })

  test('are two hundred at most', async () => {
    const query = 'a&'.repeat(5000)
    const stream = JSON.stringify(
      Object.fromEntries(Array.from({length: 300}, (_, index) => [`k${index}`, 1])),
    )

    expect((await readFields(asks('GET', `/?${query}`))).fields).toHaveLength(200)
    expect((await readFields(asks('GET', `/?Stream=${stream}`))).fields).toHaveLength(200)
  })

  test('are none of an empty body', async () => {
    const body = {type: 'application/json', content: ''}

    expect(await readFields(asks('POST', '/', {body}))).toEqual({fields: []})
  })
})

describe('a body that cannot be read', () => {
  const NOT_JSON = 'The body is not a JSON object.\n'
  const NOT_MULTIPART =
    'The body is not multipart/form-data with the boundary that its content-type names.\n'
  test.each([
    ['half of JSON', 'application/json', '{"a":', NOT_JSON],
    ['a list', 'application/json', '[]', NOT_JSON],
    ['XML', 'application/json', '<a/>', NOT_JSON],
    ['JSON without a bottom', 'application/json', `{"a":${'['.repeat(60_000)}`, NOT_JSON],
    ['another boundary', 'multipart/form-data; boundary=abc', 'x', NOT_MULTIPART],
    ['no boundary', 'multipart/form-data', multipart({a: '1'}).content, NOT_MULTIPART],
    ['half of multipart', 'multipart/form-data; boundary=xyz', '--xyz\r\nConte', NOT_MULTIPART],
  ])('is refused with 400: %s', async (_, type, content, sentence) => {
    const {refusal} = await readFields(asks('POST', '/', {body: {type, content}}))

    expect(refusal).toMatchObject({status: 400, body: sentence})
  })

  test('JSON that is very deep is refused or read, as this Node can, and never throws', async () => {
    const content = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)},"b":"1"}`

    const {refusal, fields} = await readFields(
      asks('POST', '/', {body: {type: 'application/json', content}}),
    )

    expect(refusal?.status ?? fields?.length).toSatisfy(
      (told) => told === 400 || told === 1 || told === 2,
    )
  })

  test('because it is too long is refused with 413', async () => {
    const {refusal} = await readFields(asks('POST', '/', {body: {content: undefined}}))

    expect(refusal?.status).toBe(413)
  })
})
