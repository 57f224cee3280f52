import {fileURLToPath} from 'node:url'

import {describe, expect, test} from 'vitest'

import {makeFlow} from '../../../../src/flow/make-flow.js'
import type {Printing} from '../../../../src/flow/print/printing.js'
import {shellWord} from '../../../../src/shell-word.js'
import {renderAs} from '../../../../src/flow/print/render.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {findPlaceholder} from '../../../../src/stream/written-url/placeholders.js'
import {FLOW_PRINTS, type FlowPrint, PRINTED_FORMATS} from '../../../rig/flow-prints.js'

const golden = (name: string) =>
  fileURLToPath(new URL(`../../../../fixtures/golden/flow-print-${name}`, import.meta.url))

const all = FLOW_PRINTS.flatMap((print) =>
  PRINTED_FORMATS.map((format) => ({name: print.name, format, print})),
)

function printingOf({wish, args, localUrl}: FlowPrint, width = 80): Printing {
  return {
    flow: makeFlow(wish),
    ...(localUrl === undefined ? {} : {localUrl}),
    again: ['exostream flow print', ...args.map(shellWord)].join(' '),
    look: {width, paint: plainPaint, ascii: false},
    lang: 'js',
    upstreams: [],
  }
}

const URLS = /(?:wss?|https?):\/\/[^\s"`|)]+/g

describe.each(all)('$name as $format', ({name, format, print}) => {
  const printed = renderAs(format, printingOf(print))

  test('is as in fixtures/golden', async () => {
    await expect(printed).toMatchFileSnapshot(golden(`${name}-${format}.txt`))
  })

  test('holds no placeholder that looks like a value', () => {
    const urls = printed.match(URLS) ?? []
    const found = urls.filter((url) => findPlaceholder(url) !== undefined)

    expect(found.filter((url) => !url.includes('://KEY:TOKEN@'))).toEqual([])
    if (found.length > 0) expect(printed).toMatch(/in\s+the\s+place\s+of\s+KEY\s+and\s+TOKEN/)
    expect(printed).not.toContain('https://your-ip')
  })

  test('says first, and only then, that there is no public host', () => {
    const at = printed.search(/There is no public host yet|public host is not known|"missing"/)

    expect(at !== -1 && at < 150).toBe(name === 'no-host')
  })
})

test.each([40, 60, 100])('text keeps within %i columns, save what is to be copied', (width) => {
  for (const print of FLOW_PRINTS) {
    const long = renderAs('text', printingOf(print, width))
      .split('\n')
      .filter((line) => line.length > width)
    expect(long.filter((line) => !/:\/\/|exostream /.test(line))).toEqual([])
  }
})

test('with ascii alone, text is ASCII alone', () => {
  const [print] = FLOW_PRINTS
  const printing = print && printingOf(print)
  if (!printing) throw new Error('there is no flow to print')

  const printed = renderAs('text', {...printing, look: {...printing.look, ascii: true}})

  expect(printed).toMatch(/^[\n -~]+$/)
  expect(printed).toContain('Call -> Greeting -> Passthru (before), 200 -> Voicebot (bot)')
})

test('json is a document with the flow in it, and names what there is no host for', () => {
  const [, , , noHost] = FLOW_PRINTS
  const document: unknown = JSON.parse(renderAs('json', printingOf(noHost ?? raise())))

  expect(document).toMatchObject({
    schemaVersion: 1,
    publicHost: 'missing',
    localUrl: 'ws://127.0.0.1:5000/media',
    flow: {name: 'voicebot flow'},
    checklist: expect.arrayContaining([{text: expect.any(String) as string}]) as unknown,
  })
})

function raise(): never {
  throw new Error('there is no such flow')
}
