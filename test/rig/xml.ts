/** An element, its attributes with entities resolved, its elements and the text between them. */
export type Element = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}

const ATTRIBUTE = /\s+([a-zA-Z_][\w.-]*)="([^"<]*)"/y

/** Reads XML as strictly as a parser does; throws where it is not well-formed. No comments, no CDATA. */
export function parseXml(document: string): Element {
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '')
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(body)) {
    throw new Error('the document has a character that XML 1.0 does not')
  }
  const root: Element = {name: '', attributes: {}, children: [], text: ''}
  const open: Element[] = [root]
  for (const [, tag = '', text = ''] of body.matchAll(/<([^<>]*)>|([^<>]+|[<>])/g)) {
    const parent = open.at(-1)
    if (!parent) throw new Error('there is something after the last element')
    if (tag === '') parent.text += resolve(text)
    else if (tag.startsWith('/')) close(open, tag.slice(1).trimEnd())
    else {
      const element = elementOf(tag.replace(/\/$/, ''))
      parent.children.push(element)
      if (!tag.endsWith('/')) open.push(element)
    }
  }
  const [only, ...others] = root.children
  if (open.length !== 1 || !only || others.length > 0)
    throw new Error('it is not one closed element')
  return only
}

/** Every element of a name, however deep, in the order of the document. */
export function elementsOf(element: Element, name: string): readonly Element[] {
  const below = element.children.flatMap((child) => elementsOf(child, name))
  return element.name === name ? [element, ...below] : below
}

function close(open: Element[], name: string): void {
  const closed = open.pop()
  if (closed?.name !== name) throw new Error(`</${name}> closes <${closed?.name ?? 'nothing'}>`)
}

function elementOf(tag: string): Element {
  const [, name = '', rest = ''] = /^([a-zA-Z][\w-]*)([^]*)$/.exec(tag) ?? []
  const attributes: Record<string, string> = {}
  ATTRIBUTE.lastIndex = 0
  let end = 0
  for (let match = ATTRIBUTE.exec(rest); match; match = ATTRIBUTE.exec(rest)) {
    const [, key = '', value = ''] = match
    if (Object.hasOwn(attributes, key)) throw new Error(`${key} stands twice in <${tag}>`)
    attributes[key] = resolve(value)
    end = ATTRIBUTE.lastIndex
  }
  if (name === '' || rest.slice(end).trim() !== '') throw new Error(`<${tag}> is no element`)
  return {name, attributes, children: [], text: ''}
}

function resolve(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`${text} is not escaped`)
  return text.replace(/&[^;&]*;?/g, (entity) => {
    const character = ENTITIES[entity]
    if (character === undefined) throw new Error(`${entity} is no entity`)
    return character
  })
}
