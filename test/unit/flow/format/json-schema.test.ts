import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'
import {parse} from 'yaml'
import {z} from 'zod'

import {flowJsonSchema} from '../../../../src/flow/format/json-schema.js'

const GOOD = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'flows', 'good')

/** What a validator makes of a document: only the published schema is asked. */
function accepts(document: unknown): boolean {
  // Without what zod does not read back: that a key is not to be there, or one of two.
  const readable: unknown = JSON.parse(JSON.stringify(flowJsonSchema()), (key, value: unknown) =>
    key === 'not' || key === 'oneOf' ? undefined : value,
  )
  // The cast is what the function promises: it is a JSON Schema.
  return z.fromJSONSchema(readable as z.core.JSONSchema.JSONSchema).safeParse(document).success
}

test.each(readdirSync(GOOD))('the published schema accepts %s', (file) => {
  expect(accepts(parse(readFileSync(join(GOOD, file), 'utf8')))).toBe(true)
})

test.each([
  [{name: 'a', applets: []}],
  [{applets: ['hangup']}],
  [{name: 'a', applets: [{}]}],
  [{name: 'a', applets: [{voicebot: null, hangup: null}]}],
  [{name: 'a', applets: [{voicebot: {sampleRate: 44_100}}]}],
  [{name: 'a', applets: [{voicebot: {auth: {key: 'no name', token: 'BOT_TOKEN'}}}]}],
  [{name: 'a', applets: [{id: 'end', voicebot: null}]}],
  [{name: 'a', applets: ['hangup'], url: 'wss://bot.acme.in/media'}],
])('the published schema refuses %j', (document) => {
  expect(accepts(document)).toBe(false)
})

describe('for an editor', () => {
  test('it is named, and of the draft that editors know', () => {
    expect(flowJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:exostream:flow:1',
      title: 'exostream flow',
    })
  })

  test('every field has a word of help', () => {
    const undescribed: string[] = []
    const walk = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return
      for (const [key, value] of Object.entries(node)) {
        const at = `${path}/${key}`
        const isField = path.endsWith('/properties')
        if (isField && !/"(description|\$ref)":/.test(JSON.stringify(value))) undescribed.push(at)
        walk(value, at)
      }
    }

    walk(flowJsonSchema(), '')

    expect(undescribed).toEqual([])
  })

  test('a next where none can be is refused', () => {
    expect(JSON.stringify(flowJsonSchema()).match(/"next":\{"not":\{\}/g)).toHaveLength(3)
  })
})
