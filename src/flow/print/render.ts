import {renderChecklist} from './forms/checklist.js'
import {renderCurl} from './curl.js'
import {renderHandler} from './handler/handler.js'
import {renderJson} from './forms/json.js'
import {renderMarkdown} from './forms/markdown.js'
import {renderNginx} from './nginx.js'
import type {Printing, Render} from './printing.js'
import {renderText} from './forms/text.js'
import {renderYaml} from './forms/yaml.js'

export type Format =
  'text' | 'markdown' | 'json' | 'yaml' | 'checklist' | 'curl' | 'handler' | 'nginx'

export function renderAs(format: Format, printing: Printing): string {
  return RENDERS[format](printing)
}

const RENDERS: Readonly<Record<Format, Render>> = {
  text: renderText,
  markdown: renderMarkdown,
  json: renderJson,
  yaml: renderYaml,
  checklist: renderChecklist,
  curl: renderCurl,
  handler: renderHandler,
  nginx: renderNginx,
}
