import {readFileSync} from 'node:fs'

import {describe, expect, test} from 'vitest'

import {CAUSES} from '../../../../src/simulate/diagnosis/causes.js'
import {faults} from '../../../rig/faulty-bots/faults.js'

const ids = [...new Set(CAUSES.map(({id}) => id))]

/** The first cells of the table of causes that one call can show. */
function documented(): string[] {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
  const [, after = ''] = readme.split('\n### What one call shows\n')
  const [section = ''] = after.split('\n#')
  return [...section.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, id = '']) => id)
}

describe('the list of causes', () => {
  test('stands in the README, in its order and with no other', () => {
    expect(documented()).toEqual(ids)
  })

  test('has kebab-case ids', () => {
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([])
  })

  test('has every cause that the corpus asks for', () => {
    expect(faults.map(({cause}) => cause).filter((cause) => !ids.includes(cause))).toEqual([])
  })
})
