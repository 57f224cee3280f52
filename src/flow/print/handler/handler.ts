import type {Printing} from '../printing.js'
import {asksOf} from './asks.js'
import {renderJavaScript} from './javascript.js'
import {renderPython} from './python.js'

/** A small complete server for the Passthru applets and the dynamic URL of the flow; runs as printed. */
export function renderHandler(printing: Printing): string {
  const asks = asksOf(printing)
  return printing.lang === 'python' ? renderPython(asks) : renderJavaScript(asks)
}
