import type {Asks} from './asks.js'

export function renderPython({flowName, bot, dynamic, passthru}: Asks): string {
  const {url = '', why, credentials} = bot
  return [
    ...(why === undefined
      ? []
      : [
          `# ${why}`,
          '# STREAM_URL in the environment has to say where it is; without it, this does not start.',
          '#',
        ]),
    `# What Exotel asks over HTTP in "${flowName}": Passthru and dynamic URL. Save as handler.py, then:`,
    '#   python3 handler.py    (Python 3.8 or later; nothing to install)',
    '# It speaks plain HTTP, and to this machine alone: nginx or a tunnel before it has the TLS and the',
    '# public name. In a container, HOST=0.0.0.0 lets them in.',
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
    '# The dynamic URL: its path, and what the URL of a stream has to have in its query.',
    `DYNAMIC = {${entries(dynamic, (query) => JSON.stringify(query))}}`,
    '# Passthru: its path, and whether 302 leads anywhere behind the stream.',
    `PASSTHRU = {${entries(passthru, (has302) => (has302 ? 'True' : 'False'))}}`,
    ...BODY.replace(
      'KEY_AND_TOKEN',
      credentials
        ? `${credentials.keyVariable} and ${credentials.tokenVariable}`
        : 'The credentials',
    ).split('\n'),
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

/** Nothing of it differs from flow to flow. */
const BODY = String.raw`

# ---------------------------------------------------------------------------------------------
# Yours to change: which way a call goes. 200 is the first branch of the applet, 302 the second.
# The caller waits for it.
# fields has all that Exotel says, by names in lower case: fields.get("callfrom"),
# fields.get("digits"), and behind a stream fields.get("stream[status]"), ...
def decide(fields, is_behind_stream, has_302):
    if not is_behind_stream:
        return 200
    # A stream that was never opened has an error, whatever its status says.
    has_failed = fields.get("stream[status]") == "failed" or "stream[error]" in fields
    return 302 if has_failed and has_302 else 200
# ---------------------------------------------------------------------------------------------


MOST_BODY_BYTES = 64 * 1024
MOST_READ_BYTES = 1024 * 1024
MOST_REMEMBERED = 10000
MOST_KEY_CHARACTERS = 500
MOST_PARAMETERS = 3
MOST_PARAMETER_CHARACTERS = 256
RATE = re.compile(r"sample[-_]?rate", re.IGNORECASE)
remembered = OrderedDict()
remembering = Lock()


def branch_of(path, fields):
    """Exotel may ask again about the same call, and has to get the same answer."""
    asked = [fields.get(name) for name in ("callsid", "stream[streamsid]", "digits")]
    key = json.dumps([path, *asked])
    with remembering:
        if key in remembered:
            return remembered[key]
    is_behind_stream = any(re.match(r"stream(\[|$)", name) for name in fields)
    branch = decide(fields, is_behind_stream, PASSTHRU[path])
    with remembering:
        if "callsid" in fields and len(key) < MOST_KEY_CHARACTERS:
            remembered[key] = branch
        if len(remembered) > MOST_REMEMBERED:
            remembered.popitem(last=False)
    return branch


def stream_url(query, call_sid):
    """The URL of one stream: with what its query lacks, and the CallSid if there is room."""
    own = parse_qsl(urlsplit(STREAM_URL).query, keep_blank_values=True)
    names = [name for name, _ in own]
    has_rate = any(RATE.fullmatch(name) for name in names)
    added = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name not in names and not (has_rate and name == "sample-rate")
    ]
    if call_sid is not None and "CallSid" not in names:
        custom = [pair for pair in own + added if not RATE.fullmatch(pair[0])]
        custom.append(("CallSid", call_sid))
        characters = sum(len(name) + len(value) for name, value in custom)
        if len(custom) <= MOST_PARAMETERS and characters <= MOST_PARAMETER_CHARACTERS:
            added.append(("CallSid", call_sid))
    more = urlencode(added)
    joint = "" if more == "" else "&" if "?" in STREAM_URL else "?"
    return with_credentials(STREAM_URL + joint + more)


def with_credentials(url):
    if not CREDENTIALS or "@" in urlsplit(url).netloc:
        return url
    userinfo = ":".join(quote(text, safe="") for text in CREDENTIALS)
    return url.replace("://", "://" + userinfo + "@", 1)


def fields_of(pairs):
    """From query, form or JSON; one JSON text under Stream says what the keys Stream[...] say."""
    fields = {}

    def put(name, value):
        text = value if isinstance(value, str) else json.dumps(value)
        fields.setdefault(name.lower().replace("_", ""), text)

    for name, value in pairs:
        members = object_in(value) if name.lower() == "stream" else None
        if members is None:
            put(name, value)
        else:
            for member, text in members.items():
                put("Stream[" + member + "]", text)
    # In quotes, as they are pressed.
    if "digits" in fields:
        fields["digits"] = re.sub(r'^"(.*)"$', r"\1", fields["digits"])
    return fields


def object_in(value):
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class Handler(BaseHTTPRequestHandler):
    timeout = 10

    def answer(self):
        try:
            status, found, fields = self.told()
        except Exception as error:
            print(repr(error), file=sys.stderr, flush=True)
            status, found, fields = 500, None, {}
        if found is None:
            text, kind = ("OK" if status == 200 else str(status)), "text/plain"
        else:
            text, kind = json.dumps(found), "application/json"
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        if status == 405:
            self.send_header("Allow", "GET, POST")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())
        self.tell(status, fields)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def told(self):
        target = urlsplit("http://handler" + self.path)
        path = target.path
        if path != "/health" and path not in DYNAMIC and path not in PASSTHRU:
            return 404, None, {}
        if self.command not in ("GET", "POST"):
            return 405, None, {}
        body = self.read_body() if self.command == "POST" else []
        if isinstance(body, int):
            return body, None, {}
        fields = fields_of(body + parse_qsl(target.query, keep_blank_values=True))
        if path == "/health":
            return 200, {"status": "ok"}, {}
        if path in PASSTHRU:
            return branch_of(path, fields), None, fields
        call_sid = fields.get("callsid", "")
        is_call_sid = re.fullmatch(r"[\w.-]{1,128}", call_sid, re.ASCII)
        return 200, {"url": stream_url(DYNAMIC[path], call_sid if is_call_sid else None)}, fields

    def read_body(self):
        """The body as pairs; a number is the status that refuses it."""
        length = self.headers.get("Content-Length", "0")
        if not re.fullmatch(r"\d{1,9}", length) or "Transfer-Encoding" in self.headers:
            return 411
        if int(length) > MOST_BODY_BYTES:
            # Read all the same, or the one who sends it does not see the answer.
            self.rfile.read(min(int(length), MOST_READ_BYTES))
            return 413
        text = self.rfile.read(int(length)).decode("utf-8", "replace")
        is_json = "json" in self.headers.get("Content-Type", "").lower() or text.startswith("{")
        if text == "" or not is_json:
            return parse_qsl(text, keep_blank_values=True)
        found = object_in(text)
        return 400 if found is None else list(found.items())

    def tell(self, status, fields):
        """One line a request: no query, no credentials, and of a number its last four digits."""
        def word(text):
            return re.sub(r"[^\w./%+-]", "?", text, flags=re.ASCII)[:60]

        path = re.sub(r"\d(?=\d{4})", "*", word(self.path.split("?", 1)[0]))
        caller = fields.get("callfrom", fields.get("from", ""))
        shown = {
            "call": word(fields.get("callsid", "")),
            "from": word(re.sub(r".(?=.{4})", "-", caller)),
            "stream": word(fields.get("stream[status]", "")),
        }
        words = [name + "=" + text for name, text in shown.items() if text]
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        print(now, self.command, path, status, *words, flush=True)

    def log_message(self, *_):
        # Its own line would have the query.
        pass


class Server(ThreadingTCPServer):
    address_family = socket.AF_INET6 if ":" in HOST else socket.AF_INET
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        # Who asked has gone away.
        pass


def main():
    if STREAM_URL == "":
        sys.exit("STREAM_URL is not set: the wss:// URL of the bot.")
    if not re.match(r"wss?://[^/?#]", STREAM_URL, re.IGNORECASE) or "#" in STREAM_URL:
        sys.exit("STREAM_URL has to be a wss:// URL without a fragment.")
    if "" in CREDENTIALS:
        sys.exit("KEY_AND_TOKEN are not set: what the bot asks for.")
    if not PORT.isdigit() or int(PORT) > 65535:
        sys.exit("PORT has to be a number.")
    try:
        server = Server((HOST, int(PORT)), Handler)
    except OSError as error:
        sys.exit("It cannot listen on %s, port %s: %s." % (HOST, PORT, error.strerror))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    host = "[" + HOST + "]" if ":" in HOST else HOST
    paths = ", ".join([*DYNAMIC, *PASSTHRU, "/health"])
    print("listening on http://%s:%d for %s" % (host, server.server_address[1], paths), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()`
