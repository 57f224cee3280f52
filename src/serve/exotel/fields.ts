import type {IncomingHttpHeaders} from 'node:http'

import {type Answer, type HttpRequest, text} from '../http.js'

/**
 * What a request says, from its query and its body, one after another: the body first, because it is
 * what was written for this request.
 */
export type Fields = readonly (readonly [name: string, value: string])[]

export type ReadFields =
  | {readonly fields: Fields; readonly refusal?: never}
  | {readonly fields?: never; readonly refusal: Answer}

/** Exotel sends some forty, with those of a stream. */
const MOST_FIELDS = 200

/** Reads a query, a form, JSON or multipart; what cannot be read is answered in one sentence. */
export async function readFields(request: HttpRequest): Promise<ReadFields> {
  const inQuery = [...request.query]
  if (request.method !== 'POST') return {fields: tidy(inQuery)}
  const body = await request.body()
  if (!body) {
    return {refusal: text(413, 'The body is longer than 64 KiB, or did not come in time.')}
  }
  const inBody = await fieldsOfBody(body, request.headers)
  if (typeof inBody === 'string') return {refusal: text(400, inBody)}
  return {fields: tidy([...inBody, ...inQuery])}
}

/** The value of a field, however its name is cased (developer.exotel.com, developer-guide, has lower case). */
export function fieldOf(fields: Fields, name: string): string | undefined {
  const key = keyOf(name)
  return fields.find(([candidate]) => keyOf(candidate) === key)?.[1]
}

/** A name as it is compared: `call_sid`, `callSid` and `CallSid` are the same. */
export function keyOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

/** The members of a JSON object as texts, `undefined` when it is something else. */
export function jsonFields(json: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.entries(value).map(([name, member]) => [name, textOf(member)] as const)
  } catch {
    // Not JSON, or nested so deeply that it cannot be written again.
    return undefined
  }
}

function textOf(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What it holds, or what is wrong with it. */
async function fieldsOfBody(body: Buffer, headers: IncomingHttpHeaders): Promise<Fields | string> {
  if (body.length === 0) return []
  const type = headers['content-type'] ?? ''
  if (/^multipart\/form-data\b/i.test(type)) return fieldsOfMultipart(body, type)
  const written = new TextDecoder().decode(body)
  // Where a client names no type, or a wrong one, a brace tells.
  if (/\bjson\b/i.test(type) || written.trimStart().startsWith('{')) {
    return jsonFields(written) ?? 'The body is not a JSON object.'
  }
  return [...new URLSearchParams(written)]
}

async function fieldsOfMultipart(body: Buffer, type: string): Promise<Fields | string> {
  try {
    const response = new Response(new Uint8Array(body), {headers: {'content-type': type}})
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is slow for large files, and here are 64 KiB at most
    const form = await response.formData()
    return [...form].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    )
  } catch {
    return 'The body is not multipart/form-data with the boundary that its content-type names.'
  }
}

/** A bounded number of fields, the stream spread out, and every text one that a URL can hold. */
function tidy(fields: Fields): Fields {
  return fields
    .slice(0, MOST_FIELDS)
    .flatMap(spread)
    .slice(0, MOST_FIELDS)
    .map(([name, value]) => [wellFormed(name), tidyValue(name, wellFormed(value))] as const)
}

/** One JSON text under `Stream` says what the keys `Stream[...]` say (support.exotel.com 3000132269). */
function spread([name, value]: Fields[number]): Fields {
  const members = keyOf(name) === 'stream' ? jsonFields(value) : undefined
  return members?.map(([key, text]) => [`Stream[${key}]`, text] as const) ?? [[name, value]]
}

/** Exotel puts quotes around the digits that were pressed (support.exotel.com 48283). */
function tidyValue(name: string, value: string): string {
  return keyOf(name) === 'digits' ? value.trim().replace(/^"(.*)"$/, '$1') : value
}

/** Half a surrogate pair, which JSON can spell, cannot be percent-encoded. */
function wellFormed(value: string): string {
  return value.replace(/\p{Cs}/gu, '\ufffd')
}
