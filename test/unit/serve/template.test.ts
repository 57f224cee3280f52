import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, describe, expect, test} from 'vitest'

import {loadTemplate, scriptFor, templateFor} from '../../../src/serve/template.js'
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
    ['bargeInMs: 0', 'at least 20 ms'],
    ['silence: {afterMs: 20, play: []}', 'at least 500 ms'],
    ['silence: {afterMs: 900, play: [], times: 0}', 'at least 1'],
    ['when: [{parameter: a, equals: b, template: ../x}]', 'the name of a template'],
    ['when: [{parameter: a, equals: b, template: emi, turns: []}]', 'template alone'],
    ['when: [{parameter: a, equals: b, template: emi, end: {afterTurns: 1}}]', 'template alone'],
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

  test.each([
    ['sales', {}],
    ['sales', {language: 'hi'}],
    ['sales', {use: 'objection'}],
    ['sales', {use: 'emi'}],
    ['emi', {}],
  ])('the built-in template %s is whole for %j', async (name, parameters) => {
    const template = templateFor(await loadTemplate(name), parameters)
    const voice = await template.voice(8000)
    const {start, turns, digits, silence, end} = scriptFor(template, parameters)

    const named = [...start, ...turns.flat(), ...[...digits.values()].flat()]
    const all = [...named, ...(silence?.play ?? []), ...(end?.play ?? [])]
    expect(all.length).toBeGreaterThan(4)
    expect(all.filter((name) => !voice.has(name))).toEqual([])
  })
})

describe('a template that chooses another', () => {
  const choosing = (other: string) =>
    `version: 1\nname: x\nwhen: [{parameter: use, equals: other, template: ${other}}]`

  test('is played itself for any other parameter', async () => {
    folder = await templateFolder(choosing('emi'))
    const template = await loadTemplate(folder.path)

    const names = [{}, {use: 'another'}, {use: 'other'}].map(
      (parameters) => templateFor(template, parameters).file.name,
    )

    expect(names).toEqual(['x', 'x', 'emi'])
  })

  test('finds it in the folder beside its own', async () => {
    folder = await templateFolder('version: 1\nname: beside')
    const {path} = folder
    const own = await mkdtemp(join(tmpdir(), 'exostream-template-'))
    await symlink(path, join(own, 'neighbour'))
    await mkdir(join(own, 'own'))
    await writeFile(join(own, 'own', 'template.yaml'), choosing('neighbour'))

    const template = await loadTemplate(join(own, 'own'))

    expect(templateFor(template, {use: 'other'}).file.name).toBe('beside')
    await rm(own, {recursive: true})
  })

  test('is told when there is none', async () => {
    folder = await templateFolder(choosing('no-such-template'))

    await expect(loadTemplate(folder.path)).rejects.toMatchObject({
      code: 'EXO_TEMPLATE_NOT_FOUND',
    })
  })

  test('cannot choose one that chooses again, and so never itself', async () => {
    folder = await templateFolder(choosing('sales'))

    await expect(loadTemplate(folder.path)).rejects.toMatchObject({
      code: 'EXO_TEMPLATE_INVALID',
      message: expect.stringMatching(
        /chooses the template sales, which chooses another/,
      ) as unknown,
    })
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

test('"when" replaces what is said to silence, and the end', async () => {
  const yaml = `
version: 1
name: x
silence: {afterMs: 5000, play: [a.wav]}
end: {afterTurns: 8, play: [a.wav]}
when:
  - parameter: short
    equals: 'yes'
    silence: {afterMs: 1000, play: [b.wav], times: 1}
    end: {afterTurns: 1, play: [b.wav]}
`
  folder = await templateFolder(yaml, {'a.wav': 20, 'b.wav': 20})
  const template = await loadTemplate(folder.path)

  const scripts = [{}, {short: 'yes'}].map((parameters) => scriptFor(template, parameters))

  expect(scripts).toMatchObject([
    {silence: {afterMs: 5000, play: ['a.wav'], times: 2}, end: {afterTurns: 8, play: ['a.wav']}},
    {silence: {afterMs: 1000, play: ['b.wav'], times: 1}, end: {afterTurns: 1, play: ['b.wav']}},
  ])
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
