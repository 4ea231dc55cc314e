# SPDX-License-Identifier: MIT
"""Python's websockets against a server with the commands of InteropActor: websockets_client.py ws://host:port [on]

On says that the server agrees on permessage-deflate, which the client offers.

Prints "ok NAME" or "not ok NAME: why" for each check; exits 1 when one failed.
"""

import asyncio
import sys

import websockets

URL = sys.argv[1]
COMPRESSES = sys.argv[2:] == ["on"]
DEADLINE = 10
CLOSES = [(1000, ""), (1000, "done"), (1001, "away"), (3000, "r\u00e9ason"), (4999, "x" * 123)]
CHECKS = {}


def check(name):
    def add(function):
        CHECKS[name] = function
        return function

    return add


def connect(path="/", **options):
    return websockets.connect(URL + path, open_timeout=DEADLINE, close_timeout=DEADLINE, ping_interval=None, **options)


async def in_time(awaitable):
    return await asyncio.wait_for(awaitable, DEADLINE)


async def echo(socket, message):
    await in_time(socket.send(message))
    return await in_time(socket.recv())


def add_sizes(size):
    @check(f"text-{size}")
    async def text():
        message = ("abcdefghijk" * (size // 11 + 1))[:size]
        async with connect() as socket:
            assert await echo(socket, message) == message, "the echo differs"

    @check(f"binary-{size}")
    async def binary():
        message = bytes(i % 251 for i in range(size))
        async with connect() as socket:
            assert await echo(socket, message) == message, "the echo differs"


for octets in (0, 1, 125, 126, 65535, 65536, 1024 * 1024):
    add_sizes(octets)


@check("unicode")
async def unicode():
    async with connect() as socket:
        for text in ("gr\u00fc\u00dfe", "\u03ba\u1f79\u03c3\u03bc\u03b5", "\U0001f40e\U0001f3fd", "\0\x7f\x80\u07ff\u0800\uffff\U0010ffff"):
            assert await echo(socket, text) == text


@check("fragments")
async def fragments():
    async def parts(*values):
        for value in values:
            yield value

    async with connect() as socket:
        assert await echo(socket, parts("frag", "", "ment", "ed")) == "fragmented"
        assert await echo(socket, parts(b"a", b"b" * 70000, b"c")) == b"a" + b"b" * 70000 + b"c"


@check("client-ping")
async def client_ping():
    async with connect() as socket:
        for payload in (b"", b"payload", b"\xfe" * 125):
            # The future is done when a pong of exactly this payload has come.
            await in_time(await socket.ping(payload))


@check("server-ping")
async def server_ping():
    async with connect() as socket:
        assert await echo(socket, "/ping from the server") == "/pong from the server"


@check("client-close")
async def client_close():
    for code, reason in CLOSES:
        async with connect(f"/python-closes-{code}-{len(reason)}") as socket:
            await in_time(socket.close(code, reason))
            assert socket.close_code == code, f"sent {code}, got {socket.close_code}"


@check("server-close")
async def server_close():
    for code, reason in CLOSES:
        async with connect() as socket:
            await socket.send(f"/close {code} {reason}")
            try:
                unexpected = await in_time(socket.recv())
            except websockets.ConnectionClosed as closed:
                assert closed.rcvd.code == code, f"{closed.rcvd.code} instead of {code}"
                assert closed.rcvd.reason == reason, f"{closed.rcvd.reason} instead of {reason}"
            else:
                raise AssertionError(f"{unexpected!r} instead of a close frame")


@check("subprotocol")
async def subprotocol():
    async with connect(subprotocols=["chat.v1", "chat.v2"]) as socket:
        assert socket.subprotocol == "chat.v2"


@check("compression")
async def compression():
    async with connect(compression="deflate") as socket:
        assert [extension.name for extension in socket.extensions] == ["permessage-deflate"] * COMPRESSES
        for n in range(20):
            message = f"message {n} " + "z" * 5000
            assert await echo(socket, message) == message


@check("missing-path")
async def missing_path():
    try:
        async with connect("/missing"):
            raise AssertionError("upgraded")
    except websockets.InvalidStatusCode as refused:
        assert refused.status_code == 404, refused.status_code


@check("hundred-connections")
async def hundred_connections():
    async def one(client):
        async with connect() as socket:
            for n in range(10):
                assert await echo(socket, f"client {client}, message {n}") == f"client {client}, message {n}"

    await asyncio.gather(*(one(client) for client in range(100)))


async def main():
    failed = 0
    for name, function in CHECKS.items():
        try:
            await function()
            print(f"ok {name}", flush=True)
        except Exception as error:  # one failed check must not hide the others
            failed += 1
            print(f"not ok {name}: {type(error).__name__} {error}".replace("\n", " "), flush=True)
    return 1 if failed else 0


sys.exit(asyncio.run(main()))
