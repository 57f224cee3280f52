"""A voicebot for Exotel's voice streaming, in Python, with nothing but python3-websockets.

It greets, says back what the caller said when the caller has been quiet for half a second, and
falls silent when spoken over. Listens on a free port of loopback and prints it.
"""

import asyncio
import base64
import json
import math
import struct

import websockets

RATE_HZ = 8000
CHUNK_MS = 200
CHUNK_BYTES = RATE_HZ * 2 * CHUNK_MS // 1000
# How much the caller's phone may have in hand; more would only be thrown away on a barge-in.
LEAD_MS = 200
LOUD_DBFS = -45
SPEECH_STARTS_MS = 60
SPEECH_ENDS_MS = 500
# A caller who speaks on and on is said back the end of it.
LONGEST_ECHO_BYTES = RATE_HZ * 2 * 10


def tone(hz, ms):
    samples = RATE_HZ * ms // 1000
    step = 2 * math.pi * hz / RATE_HZ
    return struct.pack(f"<{samples}h", *(int(6000 * math.sin(step * n)) for n in range(samples)))


GREETING = tone(440, 1000)
# Before what is said back, so that the caller knows who speaks.
CHIME = tone(660, 3000)


def level_dbfs(pcm):
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    power = sum(sample * sample for sample in samples) / max(1, len(samples))
    return 10 * math.log10(power / 32768**2) if power > 0 else -math.inf


class Call:
    def __init__(self, ws):
        self.ws = ws
        self.stream_sid = None
        self.speaking = None
        self.said = 0
        self.unplayed_marks = set()
        self.loud_ms = 0
        self.quiet_ms = 0
        self.is_caller_speaking = False
        self.heard = b""

    async def send(self, event, **members):
        message = {"event": event, "stream_sid": self.stream_sid, **members}
        await self.ws.send(json.dumps(message))

    def say(self, pcm):
        self.speaking = asyncio.ensure_future(self.speak(pcm))

    async def speak(self, pcm):
        """Chunks at absolute times, so that a late one is caught up."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        for chunk, begin in enumerate(range(0, len(pcm), CHUNK_BYTES)):
            payload = pcm[begin : begin + CHUNK_BYTES].ljust(CHUNK_BYTES, b"\0")
            await asyncio.sleep(started + (chunk * CHUNK_MS - LEAD_MS) / 1000 - loop.time())
            await self.send("media", media={"payload": base64.b64encode(payload).decode()})
        self.said += 1
        name = f"said-{self.said}"
        self.unplayed_marks.add(name)
        await self.send("mark", mark={"name": name})

    async def interrupted(self):
        """The caller speaks over what is still to be said, or to be played."""
        if self.speaking is None or (self.speaking.done() and not self.unplayed_marks):
            return
        self.speaking.cancel()
        self.unplayed_marks.clear()
        await self.send("clear")

    async def hear(self, pcm):
        ms = len(pcm) * 1000 // (RATE_HZ * 2)
        if level_dbfs(pcm) > LOUD_DBFS:
            self.loud_ms += ms
            self.quiet_ms = 0
        else:
            self.loud_ms = 0
            self.quiet_ms += ms
        if not self.is_caller_speaking and self.loud_ms >= SPEECH_STARTS_MS:
            self.is_caller_speaking = True
            self.heard = b""
            await self.interrupted()
        if self.is_caller_speaking:
            self.heard = (self.heard + pcm)[-LONGEST_ECHO_BYTES:]
            if self.quiet_ms >= SPEECH_ENDS_MS:
                self.is_caller_speaking = False
                self.say(CHIME + self.heard)

    async def run(self):
        async for text in self.ws:
            message = json.loads(text)
            event = message.get("event")
            if event == "start":
                self.stream_sid = message["stream_sid"]
                self.say(GREETING)
            elif event == "media":
                await self.hear(base64.b64decode(message["media"]["payload"]))
            elif event == "mark":
                self.unplayed_marks.discard(message["mark"]["name"])
            elif event == "stop":
                break
        if self.speaking is not None:
            self.speaking.cancel()


async def serve_call(ws):
    await Call(ws).run()


async def main():
    async with websockets.serve(serve_call, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"ws://127.0.0.1:{port}/", flush=True)
        await asyncio.Future()


asyncio.run(main())
