import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {describe, expect, test} from 'vitest'

import * as limits from '../../../src/protocol/limits.js'
import {profiles} from '../../../src/protocol/profiles.js'
import {rules} from '../../../src/protocol/rules.js'

const readme = readFileSync(new URL('../../../src/protocol/README.md', import.meta.url), 'utf8')

/** The rows of the tables under a heading, as cells without their code marks. */
function rowsOf(heading: string): string[][] {
  const [, after = ''] = readme.split(`\n## ${heading}\n`)
  const [section = ''] = after.split('\n## ')
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
}

describe('the README of the protocol', () => {
  test('has every rule with its number, its severity and whether it is reported, and no other', () => {
    const written = rowsOf('The rules').map(([, ...cells]) => cells.slice(0, 4))

    expect(written).toEqual(
      Object.values(rules).map(({id, ref, severity, planned = false}) => [
        ...[id, ref, severity],
        planned ? 'not yet' : 'yes',
      ]),
    )
  })

  test('has every limit with its value, and no other', () => {
    const written = rowsOf('Limits').map(([, name, value]) => `${name} ${value}`)
    const known = Object.entries(limits).filter(([, value]) => typeof value !== 'function')

    expect(written).toEqual(
      known.map(([name, value]) => `${name} ${[value].flat().join(', ')}`).toSorted(),
    )
  })

  test('has every profile, and no other', () => {
    expect(rowsOf('Profiles').map(([, id]) => id)).toEqual(Object.keys(profiles))
  })
})

describe.each(Object.values(rules))('the rule $id', ({id, ref, what, why, fix, source}) => {
  test('is kebab-case and numbered', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    expect(ref).toMatch(/^[CT]\d+$/)
  })

  test('says what, why and how to mend it in whole sentences', () => {
    for (const text of [what, why, fix]) expect(text).toMatch(/^\S.+\.$/)
  })

  test('names a public source or owns up to be a policy', () => {
    for (const part of source.split('; ')) {
      expect(part).toMatch(/^(policy of exostream|([a-z]+\.)+com[/ ])/)
    }
  })
})

test('a rule is planned where nothing in src reports it, and only there', () => {
  const src = fileURLToPath(new URL('../../../src', import.meta.url))
  const code = readdirSync(src, {recursive: true, encoding: 'utf8'})
    .filter((file) => file.endsWith('.ts') && !file.startsWith(join('protocol', 'rules')))
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n')

  const unreported = Object.keys(rules).filter((id) => !code.includes(`'${id}'`))

  expect(Object.values(rules).flatMap(({id, planned}) => (planned ? [id] : []))).toEqual(unreported)
})

test('every number from C1 to C40 has a rule', () => {
  const refs = new Set(Object.values(rules).map(({ref}) => ref))

  const missing = Array.from({length: 40}, (_, at) => `C${at + 1}`).filter((ref) => !refs.has(ref))
  expect(missing).toEqual([])
})

test('every fix starts with a verb', () => {
  const verbs = new Set(Object.values(rules).map(({fix}) => fix.split(' ')[0]))

  expect([...verbs].toSorted()).toEqual([
    ...['Accept', 'Answer', 'Check', 'Clean', 'Close', 'Collect', 'Convert', 'Copy', 'Cut'],
    ...['Decode', 'Do', 'Encode', 'Install', 'Keep', 'Move', 'Name', 'Number', 'Pace', 'Put'],
    ...['Read', 'Remove', 'Send', 'Stop', 'Take', 'Treat', 'Use', 'Wait', 'Write'],
  ])
})
