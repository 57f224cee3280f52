import {stat} from 'node:fs/promises'

import {ExostreamError} from '../../errors.js'
import {readFlowFile} from '../../flow/format/flow-reader.js'
import {makeFlow} from '../../flow/make-flow.js'
import type {Printing} from '../../flow/print/printing.js'
import {usableUrl} from '../../flow/print/settings/usable-url.js'
import type {Look} from '../../report/text/look.js'
import {isDynamicUrl} from '../../stream/exotel-http/dynamic-url.js'
import {isRateName} from '../../stream/written-url/rate-names.js'
import {shownUrl} from '../../stream/written-url/shown-url.js'
import {findServe} from '../../workspace.js'
import {listOf} from '../flags.js'
import {wishFlags} from './wish-flags.js'
import {againOf, assertMeant, type Given, isGiven, type PrintFlags} from './print-command-line.js'
import {knownOfServe} from './known-of-serve.js'
import {wishOf} from './wish.js'

type Request = {
  /** A URL or the path of a flow file, as it was given. */
  readonly source: string | undefined
  readonly flags: PrintFlags
  /** The flags on the command line; others may come from the environment. */
  readonly given: readonly Given[]
  readonly look: Look
}

type Asked = Pick<Request, 'flags' | 'given'>

export type FlowToPrint = {
  readonly printing: Printing
  /** What was taken, where nothing was given; for stderr. */
  readonly note?: string
}

type Taken = Pick<Printing, 'flow' | 'localUrl' | 'file' | 'placeOf'> & {readonly note?: string}

const USUAL_FILE = 'flow.yaml'

/** @throws ExostreamError EXO_USAGE, EXO_URL_INVALID, EXO_SERVE_SILENT, EXO_FLOW_NOT_FOUND, EXO_FLOW_INVALID */
export async function flowToPrint({source, look, flags, given}: Request): Promise<FlowToPrint> {
  const asked = {given, flags: withImplied(flags, given)}
  const {note, ...taken} = await takenFrom(source, asked)
  const again = againOf(source, given)
  const upstreams = listOf(flags.upstream)
  return {
    printing: {
      ...taken,
      ...(again === undefined ? {} : {again}),
      look,
      lang: flags.lang ?? 'js',
      upstreams: Array.isArray(upstreams) ? upstreams.map(String) : [],
    },
    ...(note === undefined ? {} : {note}),
  }
}

/** Whoever says whom to connect to wants to connect. */
function withImplied(flags: PrintFlags, given: readonly Given[]): PrintFlags {
  const isOpen = flags.afterwards === undefined || !isGiven(given, 'afterwards')
  return isOpen && isGiven(given, 'connect-to') ? {...flags, afterwards: 'connect'} : flags
}

async function takenFrom(source: string | undefined, asked: Asked): Promise<Taken> {
  if (source === undefined) return takenHere(asked)
  if (!source.includes('://')) return takenOfFile(source, asked)
  assertMeant(asked, {knowsPassthru: false})
  return takenOfUrl(source, asked.flags)
}

/** What has no public host is no URL for an applet: it stays on this machine, or is nobody's. */
function takenOfUrl(written: string, flags: PrintFlags): Taken {
  const url = written.trim()
  const found = usableUrl(url, isDynamicUrl(url) ? 'dynamic' : 'stream')
  const wished = withOwnRate(url, flags)
  if ('url' in found) return {flow: makeFlow(wishOf(wished, {url}))}
  if (!found.lacksHost) {
    throw new ExostreamError('EXO_URL_INVALID', `The URL ${found.why}: ${shownUrl(url)}`)
  }
  const note = `The URL ${found.why}, so there is no public host yet.`
  const flow = makeFlow(wishOf(wished, {}))
  return found.isOwn ? {flow, localUrl: shownUrl(url), note} : {flow, note}
}

/** A rate in the URL is a wish as well as one of a flag; where they differ, a finding says so. */
function withOwnRate(url: string, flags: PrintFlags): PrintFlags {
  if (flags['sample-rate'] !== undefined || isDynamicUrl(url)) return flags
  const query = new URLSearchParams(url.split(/[?#]/, 2)[1] ?? '')
  const [, value] = [...query].find(([name, text]) => isRateName(name, text)) ?? []
  const rate = (['8000', '16000', '24000'] as const).find((one) => one === value)
  return rate === undefined ? flags : {...flags, 'sample-rate': rate}
}

async function takenOfFile(path: string, asked: Asked): Promise<Taken> {
  const wished = asked.given.find(({name}) => Object.hasOwn(wishFlags, name))
  if (wished !== undefined) {
    throw new ExostreamError(
      'EXO_USAGE',
      `--${wished.name} cannot be given with a flow file: ${path} says it all.`,
    )
  }
  assertMeant(asked, {knowsPassthru: true})
  const {flow, placeOf} = await readFlowFile(path)
  return {flow, placeOf, ...(path === '-' ? {} : {file: path})}
}

/** The serve of this folder, else its flow file. */
async function takenHere(asked: Asked): Promise<Taken> {
  const serving = await findServe(asked.flags['data-dir'] ?? '')
  if (serving?.isSilent) {
    throw new ExostreamError(
      'EXO_SERVE_SILENT',
      `The exostream serve of this folder (${shownUrl(serving.url)}) did not answer within 1 s.`,
    )
  }
  const hasFile = await isFile(USUAL_FILE)
  if (serving) {
    assertMeant(asked, {knowsPassthru: true})
    const taken = takenOfServe(serving, asked.flags)
    const passed = `${USUAL_FILE} of this folder was passed over: exostream flow print ${USUAL_FILE} prints it.`
    return hasFile ? {...taken, note: [taken.note, passed].join('\n')} : taken
  }
  if (hasFile) {
    const taken = await takenOfFile(USUAL_FILE, asked)
    return {...taken, note: `Printed is ${USUAL_FILE} of this folder.`}
  }
  throw new ExostreamError(
    'EXO_FLOW_NOT_FOUND',
    'There is nothing to print: no URL, no file, no exostream serve in this folder, and no flow.yaml.',
  )
}

type Serving = NonNullable<Awaited<ReturnType<typeof findServe>>>

function takenOfServe(serving: Serving, flags: PrintFlags): Taken {
  const {shown, asksCredentials, ...known} = knownOfServe(serving)
  const asked = asksCredentials && flags.auth === undefined ? {...flags, auth: 'basic'} : flags
  const why = asked === flags ? '' : ' It asks for credentials, so --auth basic is taken.'
  const note = `Printed is a flow for the exostream serve of this folder, ${shown}.${why}`
  const flow = makeFlow(wishOf(asked, known))
  return known.url === undefined ? {flow, localUrl: shown, note} : {flow, note}
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
