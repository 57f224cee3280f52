import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import type {RunReport} from '../../src/report/report.js'
import {emptyFolder, runCli} from '../rig/run-cli.js'
import {elementsOf, parseXml} from '../rig/xml.js'

const cwd = emptyFolder()

beforeAll(async () => {
  const head = (name: string) => `version: 1\nname: ${name}\nsteps:\n`
  const key = "  - digits: '1'\n    expect: ignore\n  - hangUp: stop\n"
  await writeFile(join(cwd, 'one.yaml'), head('one') + key)
  await writeFile(join(cwd, 'two.yaml'), head('two') + key)
})

const call = ['simulate', '--bot', 'sink', '--scenario', 'one.yaml']

describe('one call, told in every way', () => {
  const files = ['--junit', 'told/calls.xml', '--html', 'told/calls.html', '--out', 'told/call']
  let report: RunReport

  beforeAll(async () => {
    const {exit, stdout} = await runCli([...call, ...files, '--seed', '7', '--json'], {cwd})
    expect(exit).toBe(0)
    report = JSON.parse(stdout) as RunReport
  })

  test('the JUnit file has a case for the call and one for its expectation', async () => {
    const xml = parseXml(await readFile(join(cwd, 'told/calls.xml'), 'utf8'))

    expect(elementsOf(xml, 'testcase')).toHaveLength(2)
    expect(elementsOf(xml, 'failure')).toEqual([])
  })

  test('the page is whole: it has the audio, and asks for nothing from elsewhere', async () => {
    const html = await readFile(join(cwd, 'told/calls.html'), 'utf8')

    expect(html).toMatch(/^<!doctype html>/i)
    expect(html).toContain(report.calls[0]?.callSid)
    expect(html).toMatch(/[A-Za-z0-9+/]{5000}/)
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  })

  test('the same report comes again from the journal', async () => {
    const {exit, stdout} = await runCli(['report', 'recompute', 'told/call', '--json'], {cwd})
    const again = JSON.parse(stdout) as RunReport

    expect(exit).toBe(0)
    expect(again.calls[0]?.turns).toEqual(report.calls[0]?.turns)
    expect(again.calls[0]?.metrics).toEqual(report.calls[0]?.metrics)
    expect(again.seed).toBe(7)
  })

  test('it is no worse than itself', async () => {
    const {exit, stdout} = await runCli(['report', 'compare', 'told/call', 'told/call'], {cwd})

    expect(exit).toBe(0)
    expect(stdout).toMatch(/^no regression$/m)
  })

  test('a report of another scenario is another experiment', async () => {
    const other = {...report, plan: {...report.plan, scenarios: ['other']}}
    await writeFile(join(cwd, 'other.json'), JSON.stringify(other))

    const {exit, stdout} = await runCli(
      ['report', 'compare', 'told/call', 'other.json', '--json'],
      {cwd},
    )

    expect(exit).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'EXO_REPORTS_DIFFER'}})
  })
})

test('several calls are kept apart, in the order in which they were made', async () => {
  const {exit, stderr} = await runCli(
    [...call, '--scenario', 'two.yaml', '--repeat', '2', '--out', 'several'],
    {cwd},
  )

  expect(exit).toBe(0)
  expect((await readdir(join(cwd, 'several'))).sort()).toEqual([
    '01-one',
    '02-two',
    '03-one',
    '04-two',
    'report.json',
  ])
  expect(stderr).toMatch(/^call 4 of 4: two, \d+\.\d s, pass$/m)
})

test('a file that cannot be written is told before anything is called', async () => {
  await mkdir(join(cwd, 'taken.xml'))

  const {exit, stdout, stderr} = await runCli([...call, '--junit', 'taken.xml'], {cwd})

  expect({exit, stdout}).toEqual({exit: 3, stdout: ''})
  expect(stderr).toContain('The file taken.xml cannot be written.')
  expect(stderr).not.toContain('Calling')
})

test('--schema prints the JSON Schema of scenario files', async () => {
  const {exit, stdout} = await runCli(['simulate', '--schema'], {cwd})

  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
  })
})

test.each([
  [['--header', 'no colon'], 'A header has no colon; write it as "Name: value".'],
  [['--repeat', '0'], '--repeat must be a whole number from 1 to 1000, not "0"'],
  [
    ['--scenario', 'conformance'],
    'The scenario conformance is a run of its own: it goes with no other scenario',
  ],
])('%j is refused in one sentence', async (flags, sentence) => {
  const {exit, stderr} = await runCli([...call, ...flags], {cwd})

  expect(exit).toBe(2)
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(sentence)
})

test('a flag that may be repeated is also taken from its variable', async () => {
  const env = {EXOSTREAM_SCENARIO: 'two.yaml', EXOSTREAM_PROFILE: '100ms'}

  const {exit, stdout} = await runCli(['simulate', '--bot', 'sink', '--json'], {cwd, env})

  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({plan: {scenarios: ['two'], profile: '100ms'}})
})
