"""Processes of this program that answer what their parent sends them, in frames over two pipes.

A frame is eight bytes of length and a pickle. Both ends are the same program on one machine under one user.
"""

import json
import os
import pickle
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from typing import IO, Any

LENGTH = struct.Struct(">Q")
START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {module} import {function}; {function}()"


def send(stream: IO[bytes], value: object) -> None:
    """Send a value; raises BrokenPipeError where the other end is gone."""
    frame = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def take(stream: IO[bytes]) -> Any:
    """The next value; raises EOFError at the end of the stream."""
    head = stream.read(LENGTH.size)
    size = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else -1
    frame = stream.read(size) if size >= 0 else b""
    if size < 0 or len(frame) < size:
        raise EOFError
    return pickle.loads(frame)  # noqa: S301 - made by this program, see above


def named(function: str) -> Any:
    """What "module:function" names; raises ModuleNotFoundError where a module that it needs is missing."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)


def started(serve: str) -> "subprocess.Popen[bytes]":
    """A process that runs `serve`, "module:function", with a pipe to it and one from it."""
    module, _, function = serve.partition(":")
    command = [
        sys.executable,
        "-P",
        "-c",
        START.format(module=module, function=function),
        json.dumps([part for part in sys.path if isinstance(part, str)]),
    ]
    return subprocess.Popen(  # noqa: S603 - this program itself
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def ends() -> tuple[IO[bytes], IO[bytes]]:
    """In the process: where the parent's values come from, and where the answers go.

    What a package prints does not stand between the frames, and Ctrl-C is left to the parent, which ends its children.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    return tasks, answers


def ended(process: "subprocess.Popen[bytes]") -> int:
    """End a process, whatever it does; returns its exit code, or less than zero for the signal that ended it."""
    process.kill()
    code = process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):  # what was not yet sent
                stream.close()
    return code


__all__ = ["ended", "ends", "named", "send", "started", "take"]
