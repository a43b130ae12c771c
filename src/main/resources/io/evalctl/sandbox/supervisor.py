# The first process of a sandbox. It holds the channel to the host on descriptors that no other process
# ever has, and starts a worker for the code of each query. A worker begins with an execve: nothing that
# this process has seen of one query is in the memory of the next one's worker.
#
# Lines on the channel are JSON objects in UTF-8, each with an id; 16 MiB at most.
#   host to sandbox:  {id, op: "setup", context, continues, vars, functions, last}
#                     {id, op: "execute", code, timeoutMs}    {id, op: "reset"}    {id, op: "ping"}
#                     {id, op: "result", value | error}       (the id is the call's)
#   sandbox to host:  {id, ok: true} or {id, error}           {id, call, args}
#                     {id, status, stdout, stderr, truncated, error {type, message, traceback}, final}
#
# This file and those that say so at their top are one program, joined in the order that RunnerSource has.
import sys
import os
import ctypes
import fcntl
import json
import platform
import resource
import select
import signal
import time

WORKER = sys.argv[1]
# The worker's own functions have builtins of their own: the code may replace what it likes in the others.
START = """
import sys, builtins
exec(compile(sys.argv[1], "<worker>", "exec"), {"__name__": "worker", "__builtins__": dict(vars(builtins))})
"""
LIMITS = json.loads(sys.argv[2])  # any of processes, addressSpace, resident; bytes
MAX_LINE = 16 << 20
MAX_VALUE = 15 << 20
MAX_DIGITS = 300
MAX_DEPTH = 200
KEPT = 50_000  # characters of each stream, half from its head and half from its tail
TICK = 0.05
PIECE = 1 << 16  # bytes read at once; larger buffers would be mapped anew for every read
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/sandbox", "TMPDIR": "/tmp", "LANG": "C.UTF-8"}
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38

libc = ctypes.CDLL(None, use_errno=True)


to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Lost(Exception):
    """The sandbox is of no more use: this process ends, and all others with it."""


def error(kind, message, trace=""):
    return {"type": kind, "message": message, "traceback": trace}
