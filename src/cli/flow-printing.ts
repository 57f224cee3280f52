import {stat} from 'node:fs/promises'

import type {Interfaces} from '@oclif/core'

import {ExostreamError} from '../errors.js'
import type {Flow} from '../flow/flow.js'
import {readFlowFile} from '../flow/format/flow-reader.js'
import {makeFlow} from '../flow/make-flow.js'
import type {Printing} from '../flow/print/printing.js'
import {usableUrl} from '../flow/print/settings/usable-url.js'
import type {Look} from '../report/text/look.js'
import {isDynamicUrl} from '../stream/exotel-http/dynamic-url.js'
import {shownUrl} from '../stream/written-url/shown-url.js'
import {findServe} from '../workspace.js'
import {listOf} from './flags.js'
import {wishFlags} from './flow-flags.js'
import type {printFlags} from './flow-printing-flags.js'
import {wishOf} from './flow-wish.js'

type Flags = Partial<Interfaces.InferredFlags<typeof printFlags>>

type Request = {
  /** A URL or the path of a flow file, as it was given. */
  readonly source: string | undefined
  readonly flags: Flags
  /** The names of the flags on the command line; others may come from the environment. */
  readonly given: readonly string[]
  readonly look: Look
}

type Asked = Pick<Request, 'flags' | 'given'>

export type FlowToPrint = {
  readonly printing: Printing
  /** What was taken, where nothing was given; for stderr. */
  readonly note?: string
}

type Taken = {readonly flow: Flow; readonly localUrl?: string; readonly note?: string}

const USUAL_FILE = 'flow.yaml'

/** @throws ExostreamError EXO_USAGE, EXO_URL_INVALID, EXO_SERVE_SILENT, EXO_FLOW_NOT_FOUND, EXO_FLOW_INVALID */
export async function flowToPrint({source, look, ...asked}: Request): Promise<FlowToPrint> {
  const {flow, localUrl, note} = await takenFrom(source, asked)
  const {flags} = asked
  const upstreams = listOf(flags.upstream)
  return {
    printing: {
      flow,
      ...(localUrl === undefined ? {} : {localUrl}),
      look,
      lang: flags.lang ?? 'js',
      upstreams: Array.isArray(upstreams) ? upstreams.map(String) : [],
    },
    ...(note === undefined ? {} : {note}),
  }
}

function takenFrom(source: string | undefined, asked: Asked): Taken | Promise<Taken> {
  if (source === undefined) return takenHere(asked)
  return source.includes('://') ? takenOfUrl(source, asked.flags) : takenOfFile(source, asked)
}

/** What has no public host is no URL for an applet: it stays on this machine, or is nobody's. */
function takenOfUrl(given: string, flags: Flags): Taken {
  const url = given.trim()
  const found = usableUrl(url, isDynamicUrl(url) ? 'dynamic' : 'stream')
  if ('url' in found) return {flow: makeFlow(wishOf(flags, {url}))}
  if (!found.lacksHost) {
    throw new ExostreamError('EXO_URL_INVALID', `The URL ${found.why}: ${shownUrl(url)}`)
  }
  const note = `The URL ${found.why}, so there is no public host yet.`
  const flow = makeFlow(wishOf(flags, {}))
  return found.isOwn ? {flow, localUrl: shownUrl(url), note} : {flow, note}
}

async function takenOfFile(path: string, {given}: Asked): Promise<Taken> {
  const wished = given.find((name) => Object.hasOwn(wishFlags, name))
  if (wished !== undefined) {
    throw new ExostreamError(
      'EXO_USAGE',
      `--${wished} cannot be given with a flow file: ${path} says it all.`,
    )
  }
  const {flow} = await readFlowFile(path)
  return {flow}
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
  if (serving) return takenOfServe(serving, asked.flags)
  if (await isFile(USUAL_FILE)) {
    const taken = await takenOfFile(USUAL_FILE, asked)
    return {...taken, note: `Printed is ${USUAL_FILE} of this folder.`}
  }
  throw new ExostreamError(
    'EXO_FLOW_NOT_FOUND',
    'There is nothing to print: no URL, no file, no exostream serve in this folder, and no flow.yaml.',
  )
}

type Serving = NonNullable<Awaited<ReturnType<typeof findServe>>>

function takenOfServe({url, publicUrl, asksCredentials}: Serving, flags: Flags): Taken {
  const asked = asksCredentials && flags.auth === undefined ? {...flags, auth: 'basic'} : flags
  const why = asked === flags ? '' : ' It asks for credentials, so --auth basic is taken.'
  if (publicUrl !== undefined && 'url' in usableUrl(publicUrl, 'stream')) {
    const known = {url: bare(publicUrl), passthru: {url: passthruBeside(publicUrl)}}
    const note = `Printed is a flow for the exostream serve of this folder, ${shownUrl(publicUrl)}.${why}`
    return {flow: makeFlow(wishOf(asked, known)), note}
  }
  const shown = shownUrl(publicUrl ?? url)
  const note = `Printed is a flow for the exostream serve of this folder, ${shown}.${why}`
  return {flow: makeFlow(wishOf(asked, {passthru: {}})), localUrl: shown, note}
}

/** The note names the rate that serve suggests; a flag may want another. */
function bare(url: string): string {
  return url.replace(/\?.*$/s, '')
}

/** Where `serve` answers a Passthru: beside its streams, behind the same prefix of a proxy. */
function passthruBeside(publicUrl: string): string {
  const {protocol, host, pathname} = new URL(publicUrl)
  const prefix = pathname.endsWith('/media') ? pathname.slice(0, -'/media'.length) : ''
  return `${protocol === 'wss:' ? 'https' : 'http'}://${host}${prefix}/passthru`
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
