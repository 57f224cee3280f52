import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {parseCallers, readCallers} from '../../../../../src/simulate/load/callers/callers.js'

const callers = (text: string) => {
  const parsed = parseCallers(text)
  return 'callers' in parsed ? parsed.callers : parsed.mistakes
}

const mistakes = (text: string) => {
  const parsed = parseCallers(text)
  return 'mistakes' in parsed
    ? parsed.mistakes.map(({line, column, problem}) => [line, column, problem])
    : []
}

const NO_NUMBER = 'expected a telephone number: 3 to 15 digits, with or without a + before them'

describe('a row is a caller', () => {
  test('with its numbers, and its other columns as custom parameters', () => {
    expect(callers('from,to,plan\n+919876500001,08047100000,gold\n+919876500002,,\n')).toEqual([
      {from: '+919876500001', to: '08047100000', parameters: {plan: 'gold'}},
      {from: '+919876500002', parameters: {}},
    ])
  })

  test.each([
    ['line ends of other systems', 'plan,to\r\na,123\r\nb,456\r\n'],
    ['line ends of every kind', 'plan,to\ra,123\r\nb,456\n'],
    ['no line end at the end', 'plan,to\na,123\nb,456'],
    ['a byte order mark', '\ufeffplan,to\na,123\nb,456\n'],
    ['blank lines', '\nplan,to\n\na,123\n\n\nb,456\n\n'],
    ['blanks around cells', 'plan , to\n a,123 \nb , 456\n'],
    ['quotes', '"plan","to"\n"a","123"\n"b","456"\n'],
  ])('written with %s', (_, text) => {
    expect(callers(text)).toEqual([
      {to: '123', parameters: {plan: 'a'}},
      {to: '456', parameters: {plan: 'b'}},
    ])
  })

  test('in quotes a cell may hold commas, quotes and line ends', () => {
    expect(callers('note\n"one, ""two""\r\nthree"\n')).toEqual([
      {parameters: {note: 'one, "two"\nthree'}},
    ])
  })
})

describe('every mistake is told with its line, and without what stands there', () => {
  test('all at once', () => {
    const text =
      'from,to,plan\n12,+919876500001,a\n"+91 98765 43210",98765x,b\n\n1234\n9.19877E+11,,c\n'

    expect(mistakes(text)).toEqual([
      [2, 'from', NO_NUMBER],
      [3, 'from', NO_NUMBER],
      [3, 'to', NO_NUMBER],
      [5, undefined, 'expected 3 cells, as the header has, not 1'],
      [
        6,
        'from',
        'expected a telephone number, and a spreadsheet has rounded this one: let it take the column as text',
      ],
    ])
  })

  test('lines are counted as an editor counts them, also after a cell of several', () => {
    expect(mistakes('from,note\r\n123,"a\r\nb"\r\n\r\nx,c\r\n')).toEqual([[5, 'from', NO_NUMBER]])
  })

  test('of a parameter that is longer than Exotel passes on', () => {
    expect(mistakes(`plan\n${'a'.repeat(251)}\n${'a'.repeat(252)}\n`)).toEqual([
      [3, undefined, 'expected at most 256 characters in all, as Exotel passes on'],
    ])
  })

  test.each([
    ['123,"x"y\nz,1\n', 2, /^expected a comma or the end of the line after a closing quote/],
    ['123,x"y\nz,1\n', 2, /^expected a cell with a quote in it to be in quotes itself$/],
    ['123,"xy\nz,1\n', 2, /^expected an end to a quote/],
    ['123,a\n\n123,b\n1,"xy\nz,1\n', 5, /^expected an end to a quote/],
  ])('of quotes, with those above: %j', (rows, line, problem) => {
    const told = mistakes(`from,note\n${rows}`)

    expect(told).toEqual([[line, undefined, expect.stringMatching(problem)]])
  })

  test.each([
    ['', 1, undefined, /^expected a header/],
    ['from,to\n', 1, undefined, /^expected a row for each caller/],
    ['from;to\n1;2\n', 1, '1', /^expected columns parted by commas$/],
    ['+919876500001,a\n', 1, '1', /^expected a header with from, to or the name of a parameter/],
    ['plan,\na,b\n', 1, '2', /^expected a header with from, to or the name of a parameter/],
    ['plan,to,plan\n', 1, '3', /^expected each column once, and there are two named plan$/],
    ['From\n', 1, '1', /^expected from in small letters$/],
    ['sample-rate\n', 1, '1', /Exotel's own, and stands in the URL$/],
    ['from,a,b,c,d\n', 1, undefined, /^expected at most 3 columns beside from and to.*, not 4$/],
  ])('of the header: %j', (text, line, column, problem) => {
    expect(mistakes(text)).toEqual([[line, column, expect.stringMatching(problem)]])
  })

  test('a hundred thousand rows may be, and not one more', () => {
    const most = `from\n${'12345\n'.repeat(100_000)}`

    expect(callers(most)).toHaveLength(100_000)
    expect(mistakes(`${most}12345\n12345\n`)).toEqual([
      [100_002, undefined, 'expected at most 100000 rows'],
    ])
  })
})

describe('the file', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exostream-callers-'))
  })
  afterEach(() => rm(folder, {recursive: true}))

  async function read(content: string | Buffer) {
    const path = join(folder, 'people.csv')
    await writeFile(path, content)
    return readCallers(path).catch((error: unknown) => error)
  }

  test('is read', async () => {
    expect(await read('to\n12345\n')).toEqual([{to: '12345', parameters: {}}])
  })

  test('names its first twenty mistakes, and how many more there are', async () => {
    const error = await read(`from\n${'98765x43210\n'.repeat(25)}`)

    expect(error).toMatchObject({code: 'EXO_DATA_INVALID'})
    const lines = String(error).split('\n')
    expect(lines[0]).toMatch(/people\.csv:2 column from: expected a telephone number/)
    expect(lines.slice(20)).toEqual(['and 5 more'])
    expect(String(error)).not.toMatch(/98765|43210/)
  })

  test('is UTF-8', async () => {
    expect(await read(Buffer.from([0x66, 0xff]))).toMatchObject({
      code: 'EXO_DATA_INVALID',
      message: expect.stringMatching(/is not UTF-8 text\.$/) as string,
    })
  })

  test('has 50 MB at most', async () => {
    expect(await read(Buffer.alloc(50_000_001))).toMatchObject({
      message: expect.stringMatching(/over 50 MB/) as string,
    })
  })

  test.each([
    ['is no folder', '.', /is no file\.$/],
    ['is there', 'nobody.csv', /could not be read\.$/],
  ])('%s', async (_, name, message) => {
    await expect(readCallers(join(folder, name))).rejects.toMatchObject({
      code: 'EXO_DATA_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })
})
