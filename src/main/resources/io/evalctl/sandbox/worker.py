# Runs the blocks of one query. Started anew for every query by supervisor.py, which holds the channel to
# the host; this process has a pipe to the supervisor only. Whatever the code in it does to this process
# harms its own query at worst. It is longer than other files because what it takes from Python it takes at
# once, into names of its own, before any code of the query could replace it.
#
# Frames are a length (4 bytes, big-endian), a kind and a body.
#   from the supervisor, descriptor 3:  S setup JSON      X number, code
#   to the supervisor, descriptor 4:    Y ready           A setup done       C number, name, arguments
#                                       D number, has-final, has-error, type, message, traceback, final
#   from the supervisor, descriptor 5:  R number, ok, JSON value or message
import sys
import os
import _thread
import _signal

COMMANDS, REPLIES, RESULTS = 3, 4, 5
MAX_VALUE = int(sys.argv[2])
MAX_TEXT = 10_000

_read, _write, _getpid, _exit = os.read, os.write, os.getpid, os._exit
_get_ident, _start_thread, _allocate_lock = _thread.get_ident, _thread.start_new_thread, _thread.allocate_lock
_settrace, _setprofile = sys.settrace, sys.setprofile
_sigmask, _SIG_BLOCK, _valid_signals = _signal.pthread_sigmask, _signal.SIG_BLOCK, _signal.valid_signals
_BaseException, _modules = BaseException, sys.modules
_me = _getpid()


def write_all(descriptor, data):
    view = memoryview(data)
    while view:
        view = view[_write(descriptor, view):]


def frame(kind, *fields):
    """Fields that are bytes are preceded by their length; numbers take four bytes."""
    body = bytearray(kind)
    for field in fields:
        if isinstance(field, int):
            body += field.to_bytes(4, "big")
        else:
            body += len(field).to_bytes(4, "big") + field
    return len(body).to_bytes(4, "big") + body


def read_exactly(descriptor, count):
    data = bytearray()
    while len(data) < count:
        piece = _read(descriptor, min(count - len(data), 1 << 20))
        if not piece:
            _exit(0)
        data += piece
    return bytes(data)


def read_frame(descriptor):
    body = read_exactly(descriptor, int.from_bytes(read_exactly(descriptor, 4), "big"))
    return body[:1], body[1:]


write_all(REPLIES, frame(b"Y"))
# What follows happens while nobody waits.

import _json
import builtins
import io
import json
import linecache
import traceback

# The code gets copies of its own of these modules: it may replace what it likes in them.
for _name in [m for m in _modules if m.split(".")[0] in ("json", "linecache", "traceback")]:
    del _modules[_name]
_loads, _format = json.loads, traceback.format_exception
_encoder, _quote = _json.make_encoder, _json.encode_basestring


class State:
    number = 0  # of the block that runs
    leader = None  # the thread that runs it
    calls = 0


def text_stream(descriptor):
    return io.TextIOWrapper(
        io.FileIO(descriptor, "w", closefd=False), encoding="utf-8", errors="backslashreplace",
        line_buffering=True, write_through=False)


_streams = [text_stream(1), text_stream(2)]
_call_lock = _allocate_lock()
_namespace = {"__name__": "__main__", "__builtins__": builtins}
_functions = []
_documents = []


def as_plain(value):
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def with_text_keys(value):
    if isinstance(value, dict):
        return {str(key): with_text_keys(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_text_keys(item) for item in value]
    return value


def dumps(value):
    """As json.dumps does, but in C alone: what the code does to builtins does not reach there."""
    return "".join(_encoder({}, as_plain, _quote, None, ": ", ", ", False, False, True)(value, 0))


def as_json(value, what):
    """JSON as UTF-8. What JSON does not know becomes text."""
    try:
        try:
            text = dumps(value)
        except TypeError:
            text = dumps(with_text_keys(value))
    except ValueError:  # it holds itself
        text = dumps(str(value))
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_VALUE:
        raise ValueError("%s has %d bytes; at most %d are allowed" % (what, len(data), MAX_VALUE))
    return data


def clip(text):
    if len(text) <= MAX_TEXT:
        return text
    half = MAX_TEXT // 2
    return "%s\n... [%d characters cut] ...\n%s" % (text[:half], len(text) - 2 * half, text[-half:])


def describe(error):
    """Type, message and traceback, whatever the exception's own methods do."""
    name = type(error).__name__
    try:
        message = str(error)
    except _BaseException:
        message = "(its message cannot be read)"
    try:
        error.__traceback__ = error.__traceback__.tb_next  # without this program's own frame
        trace = "".join(_format(type(error), error, error.__traceback__))
    except _BaseException:
        trace = name
    return [clip(part).encode("utf-8", "replace") for part in (name, message, trace)]


def finish(number, error=None, final=None):
    for stream in _streams:
        try:
            stream.flush()
        except _BaseException:
            pass
    name, message, trace = error or (b"", b"", b"")
    write_all(REPLIES, frame(
        b"D", number, int(final is not None), int(error is not None), name, message, trace, final or b""))


def park():
    """Never returns: no handler and no exception reaches a thread that waits here."""
    lock = _allocate_lock()
    lock.acquire()
    while True:
        try:
            lock.acquire()
        except _BaseException:
            pass


def conclude(value):
    """Ends the block for good. It cannot be ended by raising, which code may catch: this thread stops
    where it is, with all its frames, and another one takes the next block."""
    if _getpid() != _me:
        raise RuntimeError("FINAL cannot be called in a forked process")
    if _get_ident() != State.leader:
        raise RuntimeError("FINAL cannot be called in a thread: return the value, and call it in the block")
    data = as_json(value, "the final answer")
    _settrace(None)
    _setprofile(None)
    if hasattr(sys, "monitoring"):
        for tool in range(6):
            if sys.monitoring.get_tool(tool) is not None:
                sys.monitoring.set_events(tool, 0)
    _sigmask(_SIG_BLOCK, _valid_signals())
    State.leader = None
    lower_flag()
    finish(State.number, None, data)
    _start_thread(lead, ())
    park()


def lower_flag():
    """What an answer's flag has said once it does not say again; returns whether it was up."""
    answer = _namespace.get("answer")
    try:
        if isinstance(answer, dict) and answer.get("ready"):
            answer["ready"] = False
            return True
    except _BaseException:
        pass
    return False


def FINAL(value):
    """Ends the block, and the query, with this answer."""
    conclude(value)


def FINAL_VAR(name):
    """Ends the block, and the query, with the value of the variable of this name."""
    if isinstance(name, str):
        if name not in _namespace:
            raise NameError("there is no variable %r; there are: %s" % (name, ", ".join(SHOW_VARS()) or "none"))
        conclude(_namespace[name])
    conclude(name)


def SHOW_VARS():
    """The variables and their types, by name."""
    return {
        name: type(value).__name__
        for name, value in list(_namespace.items())
        if not name.startswith("_") and name not in _reserved
    }


_reserved = {"FINAL": FINAL, "FINAL_VAR": FINAL_VAR, "SHOW_VARS": SHOW_VARS}


def host_function(name):
    def function(*arguments):
        if _getpid() != _me:
            raise RuntimeError("%s cannot be called in a forked process" % name)
        data = as_json(list(arguments), "the argument of %s" % name)
        with _call_lock:
            State.calls += 1
            number = State.calls
            write_all(REPLIES, frame(b"C", number, name.encode(), data))
            while True:
                _, body = read_frame(RESULTS)
                if int.from_bytes(body[:4], "big") == number:
                    break
        value = body[5:].decode("utf-8", "replace")
        if body[4]:
            return _loads(value)
        raise RuntimeError(value)

    function.__name__ = function.__qualname__ = name
    return function


def set_up(message):
    if message.get("continues"):
        _documents[-1] += message["context"][0]
        _documents.extend(message["context"][1:])
    else:
        _documents.extend(message["context"])
    _namespace.update(message.get("vars") or {})
    for name in message.get("functions") or ():
        _reserved[name] = host_function(name)
    if message.get("last"):
        _namespace["context"] = list(_documents)
        _namespace["answer"] = {"content": "", "ready": False}
        _documents.clear()
    write_all(REPLIES, frame(b"A"))


def run(number, source):
    State.number = number
    error = None
    try:
        for i, name in enumerate(("stdout", "stderr")):
            if _streams[i].closed:
                _streams[i] = text_stream(i + 1)
            setattr(sys, name, _streams[i])
        _namespace.update(_reserved)
        name = "<block %d>" % number
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        exec(compile(source, name, "exec", dont_inherit=True), _namespace)
    except SystemExit as end:
        if end.code not in (None, 0):
            error = describe(end)
    except _BaseException as failure:
        error = describe(failure)
    if _getpid() != _me:  # the code has forked, and this is the copy
        _exit(0)
    final = None
    try:
        if lower_flag() and error is None:
            final = as_json(_namespace["answer"].get("content"), "the final answer")
    except _BaseException as failure:
        error = describe(failure)
    finish(number, error, final)


def lead():
    State.leader = _get_ident()
    while True:
        kind, body = read_frame(COMMANDS)
        if kind == b"X":
            run(int.from_bytes(body[:4], "big"), body[4:].decode("utf-8", "replace"))
        else:
            set_up(_loads(body))


def begin():
    try:
        # This process, and not the supervisor, is the one to end when memory is short.
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass
    try:
        import site
        site.main()
    except _BaseException:
        pass
    main = type(sys)("__main__")
    main.__dict__.update(_namespace)
    globals()["_namespace"] = main.__dict__
    _modules["__main__"] = main
    sys.argv = [""]
    lead()


begin()
