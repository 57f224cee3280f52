import {withoutControls} from '../mask.js'

/** What was judged, in the words of JUnit. Texts are taken as they are shown: printable, not yet escaped. */

export type Fault = {
  readonly tag: 'failure' | 'error'
  readonly type: string
  readonly message: string
  readonly lines?: readonly string[]
}

export type Case = {
  readonly name: string
  readonly className: string
  readonly timeMs: number
  readonly fault?: Fault
  readonly skipped?: string
}

export type Suite = {
  readonly name: string
  readonly cases: readonly Case[]
  readonly timeMs: number
  readonly startedAt?: string | undefined
  readonly properties: readonly (readonly [string, string])[]
  readonly output: readonly string[]
}

/** The whole document: the suites, with counts that agree on every level. */
export function drawJunit(name: string, suites: readonly Suite[]): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${total(name, suites)}>`,
    ...suites.flatMap(drawSuite),
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

function drawSuite(suite: Suite): readonly string[] {
  const started = suite.startedAt === undefined ? [] : [['timestamp', suite.startedAt] as const]
  return [
    `  <testsuite${total(suite.name, [suite])}${drawAttributes(started)}>`,
    ...drawProperties(suite.properties),
    ...suite.cases.flatMap(drawCase),
    ...(suite.output.length === 0
      ? []
      : [`    <system-out>${suite.output.map(escape).join('\n')}</system-out>`]),
    '  </testsuite>',
  ]
}

function drawProperties(properties: Suite['properties']): readonly string[] {
  if (properties.length === 0) return []
  const lines = properties.map(
    ([name, value]) =>
      `      <property${drawAttributes([
        ['name', name],
        ['value', value],
      ])}/>`,
  )
  return ['    <properties>', ...lines, '    </properties>']
}

function drawCase({name, className, timeMs, fault, skipped}: Case): readonly string[] {
  const start = `    <testcase${drawAttributes([
    ['name', name],
    ['classname', className],
    ['time', inSeconds(timeMs)],
  ])}`
  if (skipped !== undefined) {
    return [
      `${start}>`,
      `      <skipped${drawAttributes([['message', skipped]])}/>`,
      '    </testcase>',
    ]
  }
  if (!fault) return [`${start}/>`]
  const {tag, type, message, lines = []} = fault
  const text = [message, ...lines].map((line) => escape(withoutControls(line))).join('\n')
  const attributes = drawAttributes([
    ['message', message],
    ['type', type],
  ])
  return [`${start}>`, `      <${tag}${attributes}>${text}</${tag}>`, '    </testcase>']
}

/** The counts of the cases below; readers compare those of the root with those of the suites. */
function total(name: string, suites: readonly Suite[]): string {
  const cases = suites.flatMap((suite) => suite.cases)
  const faults = (tag: Fault['tag']) => cases.filter(({fault}) => fault?.tag === tag).length
  const timeMs = suites.reduce((sum, suite) => sum + suite.timeMs, 0)
  return drawAttributes([
    ['name', name],
    ['tests', String(cases.length)],
    ['failures', String(faults('failure'))],
    ['errors', String(faults('error'))],
    ['skipped', String(cases.filter(({skipped}) => skipped !== undefined).length)],
    ['time', inSeconds(timeMs)],
  ])
}

function drawAttributes(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => ` ${name}="${escape(withoutControls(value))}"`).join('')
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** What XML 1.0 has no way to write is left out (www.w3.org/TR/xml/#charsets). */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

function escape(text: string): string {
  return text.replace(NOT_XML, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
