/** The printed server behind its settings; nothing of it differs from flow to flow. */
export const PROGRAM = String.raw`

# ---------------------------------------------------------------------------------------------
# Yours to change: which way a call goes. 200 is the first branch of the applet, 302 the second.
# The caller hears nothing until it has answered.
# fields has all that Exotel says, by its own names in any case: fields.get("CallFrom"),
# fields.get("flow_id"), fields.get("digits"), and behind a stream fields.get("Stream[Status]");
# for name, text in fields goes through them.
def decide(fields, is_behind_stream, has_302):
    if not is_behind_stream:
        return 200
    # A stream that was never opened has an error, whatever its status says.
    has_failed = fields.get("Stream[Status]") == "failed" or "Stream[Error]" in fields
    return 302 if has_failed and has_302 else 200
# ---------------------------------------------------------------------------------------------


MOST_BODY_BYTES = 64 * 1024
MOST_READ_BYTES = 1024 * 1024
MOST_REMEMBERED = 10000
MOST_KEY_CHARACTERS = 500
MOST_PARAMETERS = 3
MOST_PARAMETER_CHARACTERS = 256
RATE = re.compile(r"sample[-_]?rate", re.IGNORECASE)
URL = re.compile(r"wss?://(?:[^/?#]*@)?([^/?#@]+?)(?::\d+)?(/[^?#]*)?(?:\?[^#]*)?", re.IGNORECASE)
HOST_NAME = re.compile(r"localhost|[\w-]+(\.[\w-]+)+\.?|\[[0-9a-f:.]+\]", re.ASCII)
# What guides write where the name of yours belongs.
GUIDES = re.compile(
    r"(^|\.)(your[-_.]?(ip|host|domain|server|bot|url|tunnel|ngrok|name|app)|x{3,})"
    r"|(^|\.)example\.\w+$|\.(example|invalid)$"
)
remembered = OrderedDict()
remembering = Lock()


def branch_of(path, fields):
    """Exotel may ask again about the same call, and has to get the same answer."""
    asked = [fields.get(name) for name in ("CallSid", "Stream[StreamSID]", "digits")]
    key = json.dumps([path, *asked])
    with remembering:
        if key in remembered:
            return remembered[key]
    is_behind_stream = any(re.match(r"stream(\[|$)", name, re.IGNORECASE) for name, _ in fields)
    branch = decide(fields, is_behind_stream, PASSTHRU[path])
    with remembering:
        if "CallSid" in fields and len(key) < MOST_KEY_CHARACTERS:
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


class Fields:
    """One name is one field however it is spelt: CallSid, callsid, call_sid. The first that came counts."""

    def __init__(self):
        self.fields = {}

    @staticmethod
    def key(name):
        return name.lower().replace("_", "")

    def put(self, name, value):
        text = value if isinstance(value, str) else json.dumps(value)
        self.fields.setdefault(self.key(name), (name, text))

    def get(self, name, otherwise=None):
        return self.fields.get(self.key(name), (name, otherwise))[1]

    def __contains__(self, name):
        return self.key(name) in self.fields

    def __iter__(self):
        return iter(self.fields.values())


def fields_of(pairs):
    """From query, form or JSON; one JSON text under Stream says what the keys Stream[...] say."""
    fields = Fields()
    for name, value in pairs:
        members = object_in(value) if name.lower() == "stream" else None
        if name.lower() == "digits" and isinstance(value, str):
            # In quotes, as they are pressed.
            value = re.sub(r'^"(.*)"$', r"\1", value)
        if members is None:
            fields.put(name, value)
        else:
            for member, text in members.items():
                fields.put("Stream[" + member + "]", text)
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
            status, found, fields = 500, None, Fields()
        if found is None:
            text, kind = ("OK" if status == 200 else str(status)), "text/plain"
        else:
            text, kind = json.dumps(found), "application/json"
        # First, so that a signal right behind the answer takes no line of it.
        self.tell(status, fields)
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        if status == 405:
            self.send_header("Allow", "GET, POST")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def told(self):
        target = urlsplit("http://handler" + self.path)
        path = target.path
        # The stream itself is the bot's.
        is_stream = "websocket" in self.headers.get("Upgrade", "").lower()
        is_known = path == "/health" or path in DYNAMIC or path in PASSTHRU
        if is_stream or not is_known:
            return 404, None, Fields()
        if self.command not in ("GET", "POST"):
            return 405, None, Fields()
        body = self.read_body() if self.command == "POST" else []
        if isinstance(body, int):
            return body, None, Fields()
        fields = fields_of(body + parse_qsl(target.query, keep_blank_values=True))
        if path == "/health":
            return 200, {"status": "ok"}, Fields()
        status = branch_of(path, fields) if path in PASSTHRU else 200
        if status != 200 or path not in DYNAMIC:
            return status, None, fields
        call_sid = fields.get("CallSid", "")
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
        caller = fields.get("CallFrom", fields.get("From", ""))
        shown = {
            "call": word(fields.get("CallSid", "")),
            "from": word(re.sub(r".(?=.{4})", "-", caller)),
            "stream": word(fields.get("Stream[Status]", "")),
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
    parts = URL.fullmatch(STREAM_URL)
    if parts is None:
        sys.exit("STREAM_URL has to be a wss:// URL without a fragment.")
    name = parts[1].lower()
    if not HOST_NAME.fullmatch(name) or GUIDES.search(name):
        sys.exit('STREAM_URL has to name the host of your bot: "%s" is none.' % name)
    # The path of the stream is a dynamic URL, too, as long as nobody opens a WebSocket there.
    path = parts[2] or "/"
    if path not in PASSTHRU:
        DYNAMIC.setdefault(path, next(iter(DYNAMIC.values())))
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
