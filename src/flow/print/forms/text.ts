import type {Finding} from '../../finding.js'
import {cellWidth, hang, padEnd, wrap} from '../../../report/text/cells.js'
import type {Look} from '../../../report/text/look.js'
import {diagram} from '../diagram.js'
import {LOG_NOTE, type LogLine} from '../sheet/log-lines.js'
import type {OlderField} from '../sheet/older-fields.js'
import type {Render} from '../printing.js'
import type {AppletSettings} from '../settings/applet-settings.js'
import type {Check} from '../sheet/checks.js'
import type {SettingsField} from '../settings/field.js'
import type {PerCall} from '../sheet/per-call.js'
import {FAULTS_TITLE, FIRST_TITLES, NAMING_WORDS, type Sheet, sheetOf} from '../sheet/sheet.js'

type Section = {readonly title: string; readonly lines: readonly string[]}

/** For a terminal, in the order in which somebody clicks. */
export const renderText: Render = (printing) => {
  const {look} = printing
  const sheet = sheetOf(printing)
  const {applets, notInDashboard, perCall, lastClicks, checklist, logLines} = sheet
  const isApi = applets.some(({kind}) => kind === 'connect-voice-ai')
  const sections: readonly Section[] = [
    {title: FIRST_TITLES[sheet.publicHost], lines: firstLines(sheet, look)},
    {title: FAULTS_TITLE, lines: sheet.findings.flatMap((one) => faultLines(one, look))},
    {title: 'The way of a call', lines: diagram(sheet.flow, inner(look)).map(indented)},
    {title: 'The first clicks', lines: numbered(sheet.firstClicks, look)},
    ...withoutRepetition(applets).map((applet) => appletSection(applet, look)),
    {title: 'Named by older guides, and not in the dashboard', lines: older(notInDashboard, look)},
    {title: 'A URL for each call', lines: perCall ? perCallLines(perCall, look) : []},
    {title: isApi ? 'Then' : 'The last clicks', lines: numbered(lastClicks, look)},
    {title: 'Check', lines: checklist.flatMap((check) => checkLines(check, look))},
    {title: 'What exostream serve logs on a good call', lines: logLinesText(logLines, look)},
  ]
  const drawn = sections
    .filter(({lines}) => lines.length > 0)
    .map(({title, lines}) => [...wrap(title, look.width).map(look.paint.bold), ...lines].join('\n'))
  const title = wrap(short(sheet.title), look.width).map(look.paint.bold)
  return `${[title.join('\n'), ...drawn].join('\n\n')}\n`
}

const MOST_TITLE_CHARACTERS = 200

function short(title: string): string {
  return title.length > MOST_TITLE_CHARACTERS
    ? `${title.slice(0, MOST_TITLE_CHARACTERS)}...`
    : title
}

const INDENT = '  '

function indented(line: string): string {
  return INDENT + line
}

function inner(look: Look): Look {
  return {...look, width: look.width - INDENT.length}
}

function firstLines({first, namingCommand}: Sheet, {width, paint}: Look): readonly string[] {
  const told = first.flatMap((words) => hang(INDENT, words, width))
  if (namingCommand === undefined) return told
  return [...told, ...hang(INDENT, NAMING_WORDS, width), `    ${paint.bold(namingCommand)}`]
}

function faultLines({severity, id, summary, fix}: Finding, look: Look): readonly string[] {
  const {paint, width} = look
  const [sentence = '', ...others] = fix.split('\n')
  const dress = severity === 'error' ? paint.bad : paint.warn
  return [
    `${INDENT}${dress(severity)}  ${paint.bold(id)}`,
    ...hang('    ', summary, width),
    ...hang('    Fix: ', sentence, width),
    ...others.map((line) => `      ${paint.bold(line)}`),
  ]
}

/** Less is read again at no cost. */
const LEAST_REPEATED = 30

/** What one applet has been told of a field is not told again of the next. */
function withoutRepetition(applets: readonly AppletSettings[]): readonly AppletSettings[] {
  const told = new Set<string>()
  return applets.map((applet) => ({
    ...applet,
    fields: applet.fields.map((field) => {
      const why = field.why?.filter((words) => words.length < LEAST_REPEATED || !told.has(words))
      for (const words of field.why ?? []) told.add(words)
      return why === undefined ? field : {...field, why}
    }),
  }))
}

function appletSection({name, note, fields}: AppletSettings, look: Look): Section {
  const cells = Math.max(0, ...fields.map(({label}) => cellWidth(label)))
  return {
    title: name,
    lines: [
      ...fields.flatMap((field) => fieldLines(field, cells, look)),
      ...(note === undefined ? [] : hang(INDENT, note, look.width)),
    ],
  }
}

/** Less is no room for a sentence. */
const LEAST_CELLS = 32

/** What is entered is left whole, to be copied; what is said about it stands below. */
function fieldLines(field: SettingsField, cells: number, look: Look): readonly string[] {
  const {label, action, value, yours, why = []} = field
  const start = `${INDENT}${padEnd(label, cells)}  `
  const isNarrow = look.width - cellWidth(start) < LEAST_CELLS
  const indent = isNarrow ? '      ' : ' '.repeat(cellWidth(start))
  const room = look.width - indent.length
  const [only = ''] = why
  if (value === undefined && why.length === 1 && cellWidth(`${action}: ${only}`) <= room) {
    const line = `${action}: ${look.paint.dim(only)}`
    return isNarrow ? [INDENT + label, indent + line] : [start + line]
  }
  const what = value === undefined ? [action] : valueLines(`${action} `, value, room)
  const [first = '', ...rest] = what
  return [
    ...(isNarrow ? [INDENT + label, indent + first] : [start + first]),
    ...rest.map((line) => indent + line),
    ...(yours === undefined ? [] : hang(indent, yours, look.width).map(look.paint.warn)),
    ...why.flatMap((words) => hang(indent, words, look.width).map(look.paint.dim)),
  ]
}

/** A URL goes onto a line of its own where it does not fit; words are wrapped. */
function valueLines(action: string, value: string, room: number): readonly string[] {
  if (cellWidth(action + value) <= room) return [action + value]
  if (!/\s/.test(value)) return [action.trimEnd(), value]
  return hang(action, value, room)
}

function older(fields: readonly OlderField[], {width, paint}: Look): readonly string[] {
  return fields.flatMap(({names, instead, inFile}) => [
    `${INDENT}${names.join(', ')}`,
    ...(inFile === undefined
      ? []
      : hang('      ', `In your file: ${inFile.join(', ')}.`, width).map(paint.warn)),
    ...hang('      ', instead, width).map(paint.dim),
  ])
}

function perCallLines(perCall: PerCall, {width, paint}: Look): readonly string[] {
  const {words, dynamicUrl, answer, yours} = perCall
  return [
    ...words.flatMap((sentence) => hang(INDENT, sentence, width)),
    ...(dynamicUrl === undefined ? [] : [`${INDENT}Enter`, `    ${dynamicUrl}`]),
    ...(answer === undefined ? [] : [`${INDENT}It answers 200, with JSON:`, `    ${answer}`]),
    ...(yours === undefined ? [] : hang(INDENT, yours, width).map(paint.warn)),
  ]
}

function numbered(steps: readonly string[], {width}: Look): readonly string[] {
  return steps.flatMap((step, at) => hang(`${INDENT}${String(at + 1)}  `, step, width))
}

function checkLines({text, command}: Check, {width, paint}: Look): readonly string[] {
  return [
    ...hang(`${INDENT}[ ]  `, text, width),
    ...(command === undefined ? [] : [`         ${paint.bold(command)}`]),
  ]
}

function logLinesText(lines: readonly LogLine[], look: Look): readonly string[] {
  const cells = Math.max(0, ...lines.map(({message}) => cellWidth(message)))
  return [
    ...hang(INDENT, LOG_NOTE, look.width),
    ...lines.flatMap(({message, means}) =>
      look.width < cells + 30
        ? [INDENT + message, ...hang('      ', means, look.width).map(look.paint.dim)]
        : hang(`${INDENT}${padEnd(message, cells)}  `, means, look.width),
    ),
  ]
}
