import {describe, expect, onTestFinished, test} from 'vitest'
import {z} from 'zod'

import {describeMistakes, listed, readYaml} from '../../src/yaml-document.js'

const schema = z.strictObject({
  name: z.string(),
  size: z.int({error: 'a whole number of boxes'}).min(1, {error: 'at least 1 box'}).optional(),
  colour: z.enum(['red', 'green', 'blue']).optional(),
  tags: z.array(z.string()).optional(),
  inner: z.strictObject({deep: z.boolean()}).optional(),
  shape: z
    .union([z.strictObject({circle: z.number()}), z.strictObject({square: z.number()})], {
      error: 'circle or square',
    })
    .optional(),
})

function told(text: string): string {
  const parsed = readYaml(text, schema)
  return 'mistakes' in parsed ? describeMistakes('box.yaml', parsed.mistakes) : 'no mistake'
}

test('a document that fits its schema is the value', () => {
  expect(readYaml('name: box\nsize: 2\n', schema)).toEqual({value: {name: 'box', size: 2}})
})

describe('a mistake is told with its place and with what was expected there', () => {
  test.each([
    ['name: 7', 'box.yaml:1:7 name: expected a text, not 7'],
    ['name: .inf', 'box.yaml:1:7 name: expected a text, not Infinity'],
    ['name: [a]', 'box.yaml:1:7 name: expected a text, not a list'],
    ['name: {a: b}', 'box.yaml:1:7 name: expected a text, not a mapping'],
    ['name: yes\nsize: many', 'box.yaml:2:7 size: expected a whole number of boxes, not "many"'],
    ['name: box\nsize: 0', 'box.yaml:2:7 size: expected at least 1 box'],
    ['name: box\ncolour: pink', 'box.yaml:2:9 colour: expected red, green or blue, not "pink"'],
    ['name: box\ntags: one', 'box.yaml:2:7 tags: expected a list, not "one"'],
    ['name: box\ntags: [one, 2]', 'box.yaml:2:13 tags[1]: expected a text, not 2'],
    ['name: box\ninner: {deep: 1}', 'box.yaml:2:15 inner.deep: expected true or false, not 1'],
    ['name: box\ninner: no', 'box.yaml:2:8 inner: expected a mapping, not "no"'],
  ])('%j', (text, expected) => {
    expect(told(text)).toBe(expected)
  })

  test('a value that is missing is told at the nearest thing that is there', () => {
    expect(told('size: 1')).toBe('box.yaml:1:1 name: expected a text, but it is missing')
    expect(told('name: box\ninner: {}')).toBe(
      'box.yaml:2:8 inner.deep: expected true or false, but it is missing',
    )
  })

  test('a key with nothing behind it is told as such', () => {
    expect(told('name:\nsize: 1')).toBe('box.yaml:1:6 name: expected a text, but there is nothing')
  })

  test('a key that means nothing is told at the key', () => {
    expect(told('name: box\nweight:\n  long: 1')).toBe(
      'box.yaml:2:1 weight: no key of this name is known here',
    )
  })

  test.each([
    ['name: box\nnmae: x', '2:1 nmae', 'name'],
    ['name: box\nSIZE: 1', '2:1 SIZE', 'size'],
    ['name: box\ncolor: red', '2:1 color', 'colour'],
    ['name: box\ntagss: []', '2:1 tagss', 'tags'],
    ['name: box\nsise: 1', '2:1 sise', 'size'],
    ['name: box\ninner: {deep: true, dep: false}', '2:21 inner.dep', 'deep'],
    ['name: box\nshape: {circle: 1, Circle: 2}', '2:20 shape.Circle', 'circle'],
  ])('a slip of the fingers in %j is told with the key that was meant', (text, at, meant) => {
    expect(told(text)).toBe(
      `box.yaml:${at}: no key of this name is known here; did you mean ${meant}?`,
    )
  })

  test('a document that is empty is told as such', () => {
    expect(told('')).toBe('box.yaml:1:1 expected a mapping, but there is nothing')
  })
})

describe('of a choice between mappings', () => {
  test('only the one that was meant speaks', () => {
    expect(told('name: box\nshape: {circle: wide}')).toBe(
      'box.yaml:2:17 shape.circle: expected a number, not "wide"',
    )
  })

  test.each([
    ['none', 'shape: {triangle: 1}'],
    ['both', 'shape: {circle: 1, square: 1}'],
    ['another kind of value', 'shape: 3'],
  ])('%s is told in the words of the choice', (_, line) => {
    expect(told(`name: box\n${line}`)).toBe('box.yaml:2:8 shape: expected circle or square')
  })
})

test('every mistake is told at once, in the order of the file', () => {
  expect(told('size: many\ncolour: pink\nnmae: box')).toBe(
    [
      'box.yaml:1:1 name: expected a text, but it is missing',
      'box.yaml:1:7 size: expected a whole number of boxes, not "many"',
      'box.yaml:2:9 colour: expected red, green or blue, not "pink"',
      'box.yaml:3:1 nmae: no key of this name is known here; did you mean name?',
    ].join('\n'),
  )
})

describe('what is no YAML', () => {
  test.each([
    ['a: b\na: c', 'box.yaml:2:1 expected valid YAML: map keys must be unique'],
    ['name:\n\t- box', 'box.yaml:2:1 expected valid YAML: tabs are not allowed as indentation'],
    ['name: "box', 'box.yaml:1:11 expected valid YAML: missing closing "quote'],
  ])('%j is told at its place', (text, expected) => {
    expect(told(text)).toBe(expected)
  })

  test('a small file whose aliases would make a huge one is refused', () => {
    const line = (name: string, of: string) =>
      `${name}: &${name} [${`*${of},`.repeat(20).slice(0, -1)}]`
    const text = ['a: &a [1]', line('b', 'a'), line('c', 'b'), line('d', 'c')].join('\n')

    expect(told(text)).toMatch(/^box\.yaml:1:1 expected valid YAML: excessive alias count/)
  })

  test('a file of twenty thousand keys is read soon', () => {
    const lines = Array.from({length: 20_000}, (_, index) => `k${String(index)}: 1`)

    expect(readYaml(lines.join('\n'), z.record(z.string(), z.number()))).toHaveProperty('value')
  }, 5000)

  test('a file of thousands of aliases is refused', () => {
    const lines = Array.from({length: 1001}, (_, index) => `k${String(index)}: *a`)

    expect(told(`a: &a 1\n${lines.join('\n')}`)).toBe('box.yaml:1:1 expected fewer aliases')
  })

  test('a mapping that is a key is told of, and nothing is written beside', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    onTestFinished(() => void process.off('warning', onWarning))

    expect(told('name: box\n? {a: 1}\n: 2')).toContain('no key of this name is known here')
    await new Promise(setImmediate)

    expect(warnings).toEqual([])
  })

  test('a file over 1 MB is refused unread', () => {
    expect(told(`name: ${'x'.repeat(1024 * 1024)}`)).toBe('box.yaml:1:1 expected a file under 1 MB')
  })
})

test.each([
  [['one'], 'one'],
  [['one', 'two'], 'one and two'],
  [['one', 'two', 'three'], 'one, two and three'],
])('%j are listed as %j', (words, sentence) => {
  expect(listed(words, 'and')).toBe(sentence)
})
