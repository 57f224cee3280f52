import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'
import {parse} from 'yaml'
import {z} from 'zod'

import {VERBS} from '../../../../src/simulate/scenario/format/verbs.js'
import {scenarioJsonSchema} from '../../../../src/simulate/scenario/json-schema.js'

const SCENARIOS = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'scenarios')

const yamlIn = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.yaml'))

/** What a validator makes of the file: only the published schema is asked. */
function accepts(path: string): boolean {
  const document: unknown = parse(readFileSync(path, 'utf8'))
  // The cast is what the function promises: it is a JSON Schema.
  const {oneOf, ...members} = scenarioJsonSchema() as z.core.JSONSchema.JSONSchema
  // Apart, because zod lets any key pass in a schema that has both; to JSON Schema it is the same.
  return [members, {oneOf: oneOf ?? []}].every(
    (part) => z.fromJSONSchema(part).safeParse(document).success,
  )
}

test.each(yamlIn(SCENARIOS))('the published schema accepts the built-in %s', (file) => {
  expect(accepts(join(SCENARIOS, file))).toBe(true)
})

/** What no schema can see: other files, the order of steps, what a threshold means, broken YAML. */
const BEYOND = [
  'call-name-twice.yaml',
  'digits-timed-twice.yaml',
  'include-itself.yaml',
  'include-missing.yaml',
  'include-of-bad.yaml',
  'include-of-calls.yaml',
  'interrupt-first.yaml',
  'key-twice.yaml',
  'not-yaml.yaml',
  'parameters-too-many.yaml',
  'set-up-not-alone.yaml',
  'tabs.yaml',
  'unknown-threshold.yaml',
  'wav-is-mp3.yaml',
  'wav-missing.yaml',
]

test.each(yamlIn(join(SCENARIOS, 'bad')).filter((file) => !BEYOND.includes(file)))(
  'the published schema refuses %s',
  (file) => {
    expect(accepts(join(SCENARIOS, 'bad', file))).toBe(false)
  },
)

describe('for an editor', () => {
  const schema = JSON.stringify(scenarioJsonSchema())

  test('it is named, and of the draft that editors know', () => {
    expect(scenarioJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:exostream:scenario:1',
      title: 'exostream scenario',
    })
  })

  test.each(VERBS)('%s has a word of help', (verb) => {
    const branch = /\{[^{}]*"properties":\{"VERB":/.source.replace('VERB', verb)

    expect(schema).toMatch(new RegExp(branch))
  })

  test('every field of every step has one too', () => {
    const undescribed: string[] = []
    const walk = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return
      for (const [key, value] of Object.entries(node)) {
        const at = `${path}/${key}`
        const isField = path.endsWith('/properties') && !path.startsWith('/oneOf')
        if (isField && !/"(description|\$ref)":/.test(JSON.stringify(value))) undescribed.push(at)
        walk(value, at)
      }
    }

    walk(scenarioJsonSchema(), '')

    expect(undescribed).toEqual([])
  })
})
