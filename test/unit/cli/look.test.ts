import {expect, test} from 'vitest'

import {colourLevel, lookOf} from '../../../src/cli/look.js'

const terminal = {isTTY: true, columns: 100}
const file = {}

test.for([
  ['a terminal', terminal, {}, 1],
  ['a file', file, {}, 0],
  ['a terminal without abilities', terminal, {TERM: 'dumb'}, 0],
  ['a terminal under NO_COLOR', terminal, {NO_COLOR: '1'}, 0],
  ['a terminal under an empty NO_COLOR', terminal, {NO_COLOR: ''}, 1],
  ['a file under FORCE_COLOR', file, {FORCE_COLOR: '1'}, 1],
  ['a terminal under FORCE_COLOR=0', terminal, {FORCE_COLOR: '0'}, 0],
  ['a file under both, where NO_COLOR wins', file, {FORCE_COLOR: '1', NO_COLOR: '1'}, 0],
] as const)('the colour of %s', ([, screen, env, level]) => {
  expect(colourLevel(screen, env)).toBe(level)
})

test.for([
  [100, {}, 100],
  [300, {}, 120],
  [10, {}, 40],
  [0, {}, 80],
  [undefined, {}, 80],
  [undefined, {COLUMNS: '60'}, 60],
  [undefined, {COLUMNS: 'wide'}, 80],
] as const)('%j columns under %j are taken as %i', ([columns, env, width]) => {
  expect(lookOf({columns}, env).width).toBe(width)
})

test.for([
  [{LANG: 'en_US.UTF-8'}, false],
  [{LANG: 'C'}, true],
  [{LC_ALL: 'C.utf8', LANG: 'C'}, false],
  [{LC_ALL: '', LANG: 'C'}, true],
  [{}, false],
] as const)('under %j only ASCII is drawn: %s', ([env, ascii]) => {
  expect(lookOf(terminal, env).ascii).toBe(ascii)
})

test('each paint dresses the text on a terminal, and leaves it alone in a file', () => {
  const dressed = Object.values(lookOf(terminal, {}).paint).map((paint) => paint('x'))
  const plain = Object.values(lookOf(file, {}).paint).map((paint) => paint('x'))

  expect(new Set(dressed).size).toBe(7)
  expect(plain).toEqual(Array.from({length: 7}, () => 'x'))
})
