import type {Asks} from './asks.js'
import {bodyOf, headOf} from './head.js'
import {PROGRAM} from './python-program.js'

export function renderPython(asks: Asks): string {
  const {bot, dynamic, passthru, notes} = asks
  const {url = '', credentials} = bot
  return [
    ...headOf(asks, {
      comment: '#',
      file: 'handler.py',
      command: 'python3 handler.py',
      needs: 'Python 3.8 or later',
    }),
    ...IMPORTS,
    '',
    'HOST = os.environ.get("HOST") or "127.0.0.1"',
    'PORT = os.environ.get("PORT") or "8080"',
    `STREAM_URL = os.environ.get("STREAM_URL") or ${JSON.stringify(url)}`,
    ...(credentials
      ? [
          '# They go into the answer, and so to whoever knows the dynamic URL.',
          `CREDENTIALS = [os.environ.get(name, "") for name in ("${credentials.keyVariable}", "${credentials.tokenVariable}")]`,
        ]
      : ['CREDENTIALS = []']),
    ...notes.map((line) => `# ${line}`),
    '# The dynamic URL: its path, and what the URL of a stream has to have in its query.',
    `DYNAMIC = {${entries(dynamic, (query) => JSON.stringify(query))}}`,
    '# Passthru: its path, and whether 302 leads anywhere behind the stream.',
    `PASSTHRU = {${entries(passthru, (has302) => (has302 ? 'True' : 'False'))}}`,
    ...bodyOf(asks, PROGRAM),
    '',
  ].join('\n')
}

function entries<T>(record: Readonly<Record<string, T>>, written: (value: T) => string): string {
  return Object.entries(record)
    .map(([name, value]) => `${JSON.stringify(name)}: ${written(value)}`)
    .join(', ')
}

const IMPORTS = [
  'import json',
  'import os',
  'import re',
  'import signal',
  'import socket',
  'import sys',
  'from collections import OrderedDict',
  'from datetime import datetime, timezone',
  'from http.server import BaseHTTPRequestHandler',
  'from socketserver import ThreadingTCPServer',
  'from threading import Lock',
  'from urllib.parse import parse_qsl, quote, urlencode, urlsplit',
]
