import {mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, describe, expect, test} from 'vitest'

import {loadTemplate, scriptFor} from '../../../src/serve/template.js'
import {templateFolder, type TemplateFolder} from './template-folder.js'

let folder: TemplateFolder | undefined

afterEach(async () => {
  await folder?.remove()
  folder = undefined
})

async function mistakesIn(yaml: string, prompts: Record<string, number> = {}): Promise<string[]> {
  folder = await templateFolder(yaml, prompts)
  const path = join(folder.path, 'template.yaml')
  const error: unknown = await loadTemplate(folder.path).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({code: 'EXO_TEMPLATE_INVALID'})
  return String(error)
    .replace('ExostreamError: ', '')
    .split('\n')
    .map((line) => line.replace(`${path}:`, '').replaceAll(`${folder?.path ?? ''}/`, ''))
}

describe('mistakes', () => {
  test('are told all at once, each with its line and column, in the order of the file', async () => {
    const yaml = [
      'version: 2',
      'nam: typo',
      'silenceMs: 3',
      'start: greeting.wav',
      'turns:',
      '  - [missing.wav]',
      "digits: {'1': [one.wav], abc: [two.wav]}",
      'end: {play: []}',
    ].join('\n')

    const mistakes = await mistakesIn(yaml, {'one.wav': 100, 'two.wav': 100})

    expect(mistakes.map((mistake) => mistake.split(': ')[0])).toEqual([
      '1:1 name',
      '1:10 version',
      '2:1 nam',
      '3:12 silenceMs',
      '4:8 start',
      '6:6 turns[0][0]',
      '7:31 digits.abc',
      '8:6 end',
    ])
  })

  test.each([
    ['turns: [[missing.wav]]', 'a WAV file that can be played, but missing.wav does not exist'],
    ['silenceMs: 3', 'at least 100 ms'],
    ["digits: {'1a': []}", "digits of 0-9, * and # in quotes, such as '1'"],
    ['end: {play: []}', 'afterTurns or onDigits, to say when the end has come'],
    ['when: [{parameter: language}]', 'it is missing'],
  ])('%s is told by what was expected', async (line, words) => {
    const [mistake] = await mistakesIn(`version: 1\nname: x\n${line}`)

    expect(mistake).toContain(words)
  })

  test.each([
    ['above', '../secret.wav'],
    ['absolute', '/etc/passwd'],
    ['the folder itself', '..'],
  ])('a recording outside the folder is refused: %s', async (_, path) => {
    const [mistake] = await mistakesIn(`version: 1\nname: x\nstart: ['${path}']`)

    expect(mistake).toMatch(/^3:9 start\[0\]: .*lies outside the template's folder$/)
  })

  test('a link out of the folder is refused', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'exostream-outside-'))
    await writeFile(join(outside, 'secret.wav'), 'not yours')
    folder = await templateFolder('version: 1\nname: x\nstart: [link.wav]')
    await symlink(join(outside, 'secret.wav'), join(folder.path, 'link.wav'))

    await expect(loadTemplate(folder.path)).rejects.toThrow("lies outside the template's folder")

    await rm(outside, {recursive: true})
  })

  test('a recording that is not audio is named as what it is', async () => {
    folder = await templateFolder('version: 1\nname: x\nstart: [mp3.wav]')
    await writeFile(join(folder.path, 'mp3.wav'), 'ID3\u0004\0\0\0\0\0\0')

    await expect(loadTemplate(folder.path)).rejects.toThrow('mp3.wav is an MP3')
  })

  test('a file that is not YAML is told with its place', async () => {
    const [mistake] = await mistakesIn('version: 1\nstart: [')

    expect(mistake).toMatch(/^2:\d+ expected .*YAML: /)
  })
})

describe('finding a template', () => {
  test.each([
    ['a name that is not built in', 'no-such-template', 'There is no template "no-such-template"'],
    ['a folder that is not there', './no/such', 'There is no template "./no/such"'],
    ['a folder without a template', tmpdir(), 'has no template.yaml'],
  ])('%s is told as such', async (_, given, message) => {
    await expect(loadTemplate(given)).rejects.toMatchObject({
      code: 'EXO_TEMPLATE_NOT_FOUND',
      message: expect.stringContaining(message) as unknown,
    })
  })

  test('the built-in sales template is whole', async () => {
    const template = await loadTemplate('sales')
    const voice = await template.voice(8000)
    const {start, turns, digits, end} = scriptFor(template, {})

    const named = [...start, ...turns.flat(), ...[...digits.values()].flat(), ...(end?.play ?? [])]
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !voice.has(name))).toEqual([])
  })
})

describe('the voice', () => {
  test('is decoded once a rate, and is as long at each', async () => {
    folder = await templateFolder('version: 1\nname: x\nstart: [a.wav]', {'a.wav': 500})
    const template = await loadTemplate(folder.path)

    const [first, again, wide] = [
      await template.voice(8000),
      await template.voice(8000),
      await template.voice(24_000),
    ]

    expect(again).toBe(first)
    expect(first.get('a.wav')).toHaveLength(4000)
    expect(wide.get('a.wav')).toHaveLength(12_000)
  })
})

test('"when" replaces what it names, and the later of two has the last word', async () => {
  const yaml = `
version: 1
name: x
start: [a.wav]
turns: [[a.wav]]
when:
  - {parameter: language, equals: hi, start: [b.wav]}
  - {parameter: vip, equals: 'yes', start: [c.wav], turns: []}
`
  folder = await templateFolder(yaml, {'a.wav': 20, 'b.wav': 20, 'c.wav': 20})
  const template = await loadTemplate(folder.path)

  const scripts = [{}, {language: 'en'}, {language: 'hi'}, {language: 'hi', vip: 'yes'}].map(
    (parameters) => scriptFor(template, parameters),
  )

  expect(scripts.map(({start, turns}) => [start, turns])).toEqual([
    [['a.wav'], [['a.wav']]],
    [['a.wav'], [['a.wav']]],
    [['b.wav'], [['a.wav']]],
    [['c.wav'], []],
  ])
})
