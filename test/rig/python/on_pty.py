"""Runs a program on a pseudo-terminal and answers what it asks; prints what was seen as JSON.

The argument is JSON: {"command": [...], "columns": 80, "steps": [["text to wait for", "keys"], ...]}.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

DEADLINE_S = 60

asked = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", 40, asked["columns"], 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.execvp(asked["command"][0], asked["command"])

seen = b""
answered = 0
steps = [(text.encode(), keys.encode()) for text, keys in asked["steps"]]
deadline = time.monotonic() + DEADLINE_S

while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 1)
    if not ready:
        continue
    try:
        part = os.read(terminal, 65536)
    except OSError:  # The other end is closed.
        break
    if not part:
        break
    seen += part
    if steps and steps[0][0] in seen[answered:]:
        answered = len(seen)
        os.write(terminal, steps.pop(0)[1])
else:
    os.kill(pid, 9)

local_modes = termios.tcgetattr(terminal)[3]
_, status = os.waitpid(pid, 0)
print(
    json.dumps(
        {
            "exit": os.waitstatus_to_exitcode(status),
            "seen": seen.decode(errors="replace"),
            "unasked": [text.decode() for text, _ in steps],
            "isCooked": bool(local_modes & termios.ICANON and local_modes & termios.ECHO),
        }
    )
)
