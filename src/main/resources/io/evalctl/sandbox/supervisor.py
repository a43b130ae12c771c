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


def prctl(option, *arguments):
    words = [a if not isinstance(a, int) else ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *words) != 0:
        raise OSError(ctypes.get_errno(), "prctl(%d)" % option)


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(Instruction))]


# Architecture (linux/audit.h), prlimit64, clone, and the system calls that are refused: those by which code
# could reach this process, could leave something that outlives its processes, or could get capabilities in
# a namespace of its own. Numbers from asm/unistd_64.h and asm-generic/unistd.h.
ARCHITECTURES = {
    "x86_64": (0xC000003E, 302, 56, (
        141, 142, 144, 203, 251, 314,  # setpriority, sched_setparam/scheduler/affinity, ioprio_set, sched_setattr
        29, 64, 68, 240,  # shmget, semget, msgget, mq_open
        248, 249, 250,  # add_key, request_key, keyctl
        101, 310, 311,  # ptrace, process_vm_readv, process_vm_writev
        272, 308, 298, 321, 323, 425)),  # unshare, setns, perf_event_open, bpf, userfaultfd, io_uring_setup
    "aarch64": (0xC00000B7, 261, 220, (
        140, 118, 119, 122, 30, 274, 194, 190, 186, 180, 217, 218, 219, 117, 270, 271, 97, 268, 241, 280, 282, 425)),
}
CLONE3 = 435
CLONE_NEWUSER = 0x10000000


def seccomp_filter():
    """What is on the list is refused; all else is left to the filters that are there already (seccomp(2))."""
    load, equal, at_least, has_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse, unknown = 0x7FFF0000, 0x00050001, 0x00050026  # EPERM, ENOSYS
    number, architecture, argument = 0, 4, 16
    arch, prlimit, clone, refused = ARCHITECTURES[platform.machine()]
    lines = [
        (load, 0, 0, architecture), (equal, 1, 0, arch), (answer, 0, 0, refuse),
        (load, 0, 0, number), (at_least, 0, 1, 0x40000000), (answer, 0, 0, refuse),
        # The flags of clone3 are in memory, where a filter cannot look; libc then takes clone.
        (equal, 0, 1, CLONE3), (answer, 0, 0, unknown),
    ]
    for call in refused:
        lines += [(equal, 0, 1, call), (answer, 0, 0, refuse)]
    lines += [
        # limits of the caller, which is process 0 here, and of no other
        (equal, 0, 4, prlimit), (load, 0, 0, argument), (equal, 1, 0, 0), (answer, 0, 0, refuse), (answer, 0, 0, allow),
        (equal, 0, 3, clone), (load, 0, 0, argument), (has_bit, 0, 1, CLONE_NEWUSER), (answer, 0, 0, refuse),
        (answer, 0, 0, allow),
    ]
    return Filter(len(lines), (Instruction * len(lines))(*lines))


class Lost(Exception):
    """The sandbox is of no more use: this process ends, and all others with it."""


class Captured:
    """Head and tail of a stream of bytes, in bounded memory."""

    ROOM = 4 * KEPT // 2  # a character has four bytes at most
    CONTINUATION = bytes(range(0x80, 0xC0))

    def __init__(self):
        self.head, self.tail, self.characters, self.size = bytearray(), bytearray(), 0, 0

    def add(self, data):
        self.size += len(data)
        self.characters += len(data.translate(None, self.CONTINUATION))
        room = self.ROOM - len(self.head)
        if room > 0:
            self.head += data[:room]
            data = data[room:]
        self.tail += data
        if len(self.tail) > 4 * self.ROOM:
            del self.tail[:-self.ROOM]

    def text(self):
        """The text, and whether something is missing in it."""
        if not self.size:
            return "", False
        if self.size <= len(self.head) + len(self.tail):
            whole = bytes(self.head + self.tail).decode("utf-8", "replace")
            if len(whole) <= KEPT:
                return whole, False
            head, tail, count = whole[:KEPT // 2], whole[-(KEPT // 2):], len(whole)
        else:
            head = bytes(self.head).decode("utf-8", "replace")[:KEPT // 2]
            tail = bytes(self.tail).decode("utf-8", "replace")[-(KEPT // 2):]
            count = self.characters
        return "%s\n... [%d characters cut] ...\n%s" % (head, count - 2 * (KEPT // 2), tail), True


def safe_json(data):
    """Reads JSON that the code wrote; nothing comes of it that another reader might refuse."""
    text = data.decode("utf-8")
    if text.count("[") + text.count("{") > MAX_DEPTH:
        depth, quoted = 0, False
        for part in text.replace("\\\\", "").replace('\\"', "").split('"'):
            if not quoted:
                for mark in part:
                    depth += (mark in "[{") - (mark in "]}")
                    if depth > MAX_DEPTH:
                        raise ValueError("a value that is nested more than %d deep" % MAX_DEPTH)
            quoted = not quoted
    return json.loads(
        text,
        parse_int=lambda digits: int(digits) if len(digits) <= MAX_DIGITS else digits,
        parse_float=lambda digits: finite(digits),
        parse_constant=str)


def finite(digits):
    value = float(digits)
    return value if len(digits) <= MAX_DIGITS and abs(value) != float("inf") else digits


def frame(kind, *fields):
    body = kind + b"".join(fields)
    return len(body).to_bytes(4, "big") + body


def number(value):
    return value.to_bytes(4, "big")


def reap():
    """Collects who has ended; returns their statuses by process id, and whether any are left."""
    ended = {}
    try:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return ended, True
            ended[pid] = status
    except ChildProcessError:
        return ended, False


def kill_all():
    """Ends every other process. Returns the statuses of those that were ours to collect."""
    ended = {}
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass
    try:
        while True:
            pid, status = os.waitpid(-1, 0)
            ended[pid] = status
    except ChildProcessError:
        return ended


def empty(directory):
    """Removes all that is in a directory, however deep: what is deep is moved up first."""
    if os.stat(directory).st_uid == os.getuid():
        os.chmod(directory, 0o700)
        for name in os.listxattr(directory):
            os.removexattr(directory, name)
    moved = 0
    while True:
        entries = list(os.scandir(directory))
        if not entries:
            return
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)
                    while True:
                        moved += 1
                        target = "%s/.moved-%d" % (directory, moved)
                        if not os.path.lexists(target):
                            break
                    os.rename(inner.path, target)
                else:
                    os.unlink(inner.path)
            os.rmdir(entry.path)


def writable_directories():
    """Where code can leave something: what is mounted to be written to, and what may be there besides."""
    found = ["/sandbox", "/tmp", "/var/tmp", "/run", "/run/lock", "/dev/shm", "/dev/mqueue"]
    with open("/proc/self/mounts") as mounts:
        found += [line.split()[1] for line in mounts if "rw" in line.split()[3].split(",")]
    return [place for place in dict.fromkeys(found) if os.path.isdir(place) and os.access(place, os.W_OK)]


class Worker:
    """The process that runs the code of a query, and the pipes to it."""

    def __init__(self, code_filter):
        commands, self.commands = os.pipe()
        self.replies, replies = os.pipe()
        results, self.results = os.pipe()
        self.streams = {}
        ends = [os.open("/dev/null", os.O_RDONLY)]
        for _ in range(2):
            stream, end = os.pipe()
            self.streams[stream] = Captured()
            ends.append(end)
        ends += [commands, replies, results]
        self.ready = False
        self.incoming = bytearray()
        self.outgoing = {self.commands: bytearray(), self.results: bytearray()}
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.become(ends, code_filter)
            except BaseException as failure:
                os.write(2, ("the worker cannot start: %r" % failure).encode())
            finally:
                os._exit(126)
        for end in ends:
            os.close(end)
        for descriptor in (self.commands, self.replies, self.results, *self.streams):
            os.set_blocking(descriptor, False)
        self.poll = select.poll()
        self.printing = select.poll()
        for stream in self.streams:
            self.poll.register(stream, select.POLLIN)
            self.printing.register(stream, select.POLLIN)
        self.poll.register(self.replies, select.POLLIN)

    @staticmethod
    def become(ends, code_filter):
        os.setsid()
        os.chdir("/sandbox")
        os.umask(0o022)
        for place, end in enumerate(ends):  # the ends are above these numbers, which this process reserves
            os.dup2(end, place)
        for limit, value in (
                (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 256), (resource.RLIMIT_MSGQUEUE, 0),
                (resource.RLIMIT_NPROC, LIMITS.get("processes")), (resource.RLIMIT_AS, LIMITS.get("addressSpace"))):
            if value is not None:
                resource.setrlimit(limit, (value, value))
        prctl(PR_SET_SECCOMP, 2, ctypes.byref(code_filter))
        os.execve(
            sys.executable,
            [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", START, WORKER, str(MAX_VALUE)], ENVIRONMENT)

    def close(self):
        for descriptor in (self.commands, self.replies, self.results, *self.streams):
            os.close(descriptor)

    def send(self, descriptor, data):
        if not self.outgoing[descriptor]:
            self.poll.register(descriptor, select.POLLOUT)
        self.outgoing[descriptor] += data
        self.flush(descriptor)

    def flush(self, descriptor):
        """Writes what the pipe takes, and waits for more room; a worker that is gone takes nothing."""
        data = self.outgoing[descriptor]
        try:
            with memoryview(data) as view:
                sent = 0
                while sent < len(data):
                    sent += os.write(descriptor, view[sent:sent + (1 << 16)])
        except BlockingIOError:
            pass
        except BrokenPipeError:
            sent = len(data)
        del data[:sent]
        if not data:
            self.poll.unregister(descriptor)

    def finished(self, descriptor):
        """Nothing more comes from there."""
        self.poll.unregister(descriptor)
        if descriptor in self.streams:
            self.printing.unregister(descriptor)

    def receive(self):
        """Reads what is there. Returns whether there may be more to come."""
        try:
            data = os.read(self.replies, PIECE)
        except BlockingIOError:
            return True
        self.incoming += data
        return bool(data)

    def next_frame(self):
        """The next whole frame, as its kind and its body, or None.

        Raises ValueError when there can be none."""
        if len(self.incoming) < 4:
            return None
        length = int.from_bytes(self.incoming[:4], "big")
        if not 0 < length <= MAX_LINE:
            raise ValueError("a frame of %d bytes" % length)
        if len(self.incoming) < 4 + length:
            return None
        body = bytes(self.incoming[4:4 + length])
        del self.incoming[:4 + length]
        return body[:1], body[1:]

    def capture(self, stream):
        """Takes one piece of what was printed; returns whether there was one."""
        try:
            data = os.read(stream, PIECE)
        except BlockingIOError:
            return False
        self.streams[stream].add(data)
        return bool(data)

    def printed(self):
        """What was printed since the last time; what is still in the pipes belongs to it."""
        for _ in range(64):  # the pipes hold no more than that; a process may fill them for ever
            ready = self.printing.poll(0)
            if not ready:
                break
            for stream, _ in ready:
                if not self.capture(stream):
                    self.finished(stream)
        texts = [captured.text() for captured in self.streams.values()]
        for stream, captured in self.streams.items():
            if captured.size:
                self.streams[stream] = Captured()
        return texts


class Fields:
    def __init__(self, body):
        self.body, self.place = body, 0

    def take(self, count):
        piece = self.body[self.place:self.place + count]
        if len(piece) < count:
            raise ValueError("a short frame")
        self.place += count
        return piece

    def number(self):
        return int.from_bytes(self.take(4), "big")

    def bytes(self):
        return self.take(self.number())


class Supervisor:
    def __init__(self, channel_in, channel_out, places, code_filter):
        self.input, self.output = channel_in, channel_out
        self.places, self.code_filter = places, code_filter
        self.received = bytearray()
        self.searched = 0
        self.setups = []
        self.functions = set()
        self.block = 0
        self.calls = 0
        self.worker = None

    # the channel

    def reply(self, **message):
        line = to_json(message).encode("utf-8", "replace") + b"\n"
        if len(line) > MAX_LINE:
            raise Lost("a reply of %d bytes" % len(line))
        view = memoryview(line)
        while view:
            view = view[os.write(self.output, view):]

    def fill(self):
        data = os.read(self.input, PIECE)
        if not data:
            os._exit(0)  # the host is gone
        self.received += data

    def take_line(self):
        """The next whole line, or None."""
        end = self.received.find(b"\n", self.searched)
        if end < 0:
            self.searched = len(self.received)
            if self.searched > MAX_LINE:
                raise Lost("a line of more than %d bytes" % MAX_LINE)
            return None
        line = bytes(self.received[:end])
        del self.received[:end + 1]
        self.searched = 0
        return line

    def serve(self):
        self.start_worker()
        while True:
            line = self.take_line()
            while line is None:
                self.fill()
                line = self.take_line()
            message = json.loads(line)
            operation = message["op"]
            if operation == "execute":
                self.execute(message["id"], message["code"], message["timeoutMs"] / 1000)
            elif operation == "ping":
                self.ready_worker()
                self.reply(id=message["id"], ok=True)
            elif operation == "setup":
                self.set_up(message["id"], line, message.get("functions") or ())
            elif operation == "reset":
                self.reset(message["id"])
            else:
                raise Lost("an unknown operation")

    # the worker

    def start_worker(self):
        """Starts one; its start takes a while, in which the host need not wait."""
        self.worker = Worker(self.code_filter)

    def ready_worker(self):
        """One that has started, and knows what the query was set up with."""
        if self.worker is None:
            self.start_worker()
        if not self.worker.ready:
            self.await_worker(b"Y")
            self.worker.ready = True
            for line in self.setups:
                self.hand_over(line)

    def hand_over(self, line):
        self.worker.send(self.worker.commands, frame(b"S", line))
        self.await_worker(b"A")

    def await_worker(self, wanted):
        """Serves the pipes until the worker says this one thing; no code of the query runs yet."""
        worker = self.worker
        while True:
            for descriptor, _ in worker.poll.poll():
                if descriptor in worker.outgoing:
                    worker.flush(descriptor)
                elif descriptor in worker.streams:
                    if not worker.capture(descriptor):
                        worker.finished(descriptor)
                elif not worker.receive():
                    said = " ".join(text for text, _ in worker.printed()).strip()
                    raise Lost("the worker ended at its start, or for want of memory: " + said[-500:])
            found = worker.next_frame()
            if found is not None:
                if found[0] != wanted:
                    raise Lost("the worker said something else at its start")
                worker.printed()
                return

    def discard_worker(self):
        """Ends every process of the query; returns how the worker's own ended."""
        worker, self.worker = self.worker, None
        return (worker, kill_all().get(worker.pid))

    # what the host asks for

    def set_up(self, request, line, functions):
        self.ready_worker()
        self.setups.append(line)
        self.functions.update(functions)
        self.hand_over(line)
        self.reply(id=request, ok=True)

    def reset(self, request):
        if self.worker:
            self.discard_worker()[0].close()
        else:
            kill_all()
        self.setups.clear()
        self.functions.clear()
        for place in self.places:
            empty(place)
        self.start_worker()
        self.reply(id=request, ok=True)

    def execute(self, request, code, timeout):
        self.ready_worker()
        self.block += 1
        block = Block(self, timeout)
        outcome = block.run(code)
        worker = self.worker
        if outcome["status"] in ("timeout", "killed"):
            worker, _ = self.discard_worker()
        (out, out_cut), (err, err_cut) = worker.printed()
        if self.worker is None:
            worker.close()
        self.reply(id=request, stdout=out, stderr=err, truncated=out_cut or err_cut, **outcome)

    def ask(self, name, arguments):
        self.calls += 1
        self.reply(id=self.calls, call=name, args=arguments)
        return self.calls


class Block:
    """One block of code, from its start to its end, with the calls of the host that it makes."""

    def __init__(self, supervisor, timeout):
        self.supervisor, self.worker = supervisor, supervisor.worker
        self.ends = time.monotonic() + timeout
        self.timeout = timeout
        self.call = None  # id for the host, number for the worker, begin
        self.outcome = None
        self.worker_status = None

    def run(self, code):
        worker, supervisor = self.worker, self.supervisor
        worker.poll.register(supervisor.input, select.POLLIN)
        worker.send(worker.commands, frame(b"X", number(supervisor.block), code.encode("utf-8", "replace")))
        ticked = time.monotonic()
        while self.outcome is None or self.call is not None:
            wait = TICK if self.call else min(TICK, max(0.0, self.ends - time.monotonic()))
            ready = worker.poll.poll(1000 * wait)
            for descriptor, _ in ready:
                if descriptor == worker.replies:
                    if not worker.receive():
                        worker.finished(descriptor)
                        self.end(self.died())
                elif descriptor == supervisor.input:
                    supervisor.fill()
                elif descriptor in worker.outgoing:
                    worker.flush(descriptor)
                elif not worker.capture(descriptor):
                    worker.finished(descriptor)
            self.take_result()
            self.take_frames()
            now = time.monotonic()
            if now - ticked >= TICK or not ready:
                ticked = now
                self.look(now)
        worker.poll.unregister(supervisor.input)
        return self.outcome

    def end(self, outcome):
        """What happens first counts."""
        if self.outcome is None:
            self.outcome = outcome

    def look(self, now):
        """What does not announce itself: the time, memory, a worker that left its descriptors to others."""
        ended, _ = reap()
        if self.worker.pid in ended:
            self.worker_status = ended[self.worker.pid]
            self.worker.receive()
            self.take_frames()
            self.end(self.died())
        if self.call is None and now >= self.ends:
            self.end({"status": "timeout", "error": error(
                "TimeoutError", "the block did not end within %g s; its variables are lost" % self.timeout)})
        if "resident" in LIMITS and resident() > LIMITS["resident"]:
            self.end({"status": "killed", "error": error(
                "MemoryError", "the block took more than %d bytes of memory; its variables are lost" % LIMITS["resident"])})

    def died(self):
        if self.worker_status is None:
            # Its descriptors are closed: it has ended, or it has closed them itself and cannot go on.
            self.worker_status = kill_all().get(self.worker.pid)
        status = self.worker_status
        if status is None:
            how = "was lost"
        elif os.WIFEXITED(status):
            how = "ended with exit code %d" % os.WEXITSTATUS(status)
        elif os.WTERMSIG(status) == signal.SIGKILL:
            how = "was killed: it took too much memory, closed its descriptors or ended itself"
        else:
            how = "was ended by signal %d" % os.WTERMSIG(status)
        return {"status": "killed", "error": error("Killed", "the process of the code %s; its variables are lost" % how)}

    def take_result(self):
        """Hands what the host answers to the worker that waits for it."""
        if self.call is None:
            return
        line = self.supervisor.take_line()
        if line is None:
            return
        message = json.loads(line)
        if message["op"] != "result":
            raise Lost("%s while a block runs" % message["op"])
        if message["id"] != self.call[0]:
            return
        _, call, began = self.call
        self.call = None
        self.ends += time.monotonic() - began
        self.hand_result(call, "error" not in message, message.get("value") if "error" not in message else message["error"])

    def hand_result(self, call, succeeded, value):
        text = to_json(value) if succeeded else str(value)
        self.worker.send(
            self.worker.results,
            frame(b"R", number(call), bytes([succeeded]), text.encode("utf-8", "replace")))

    def take_frames(self):
        try:
            while self.call is None:
                found = self.worker.next_frame()
                if found is None:
                    return
                kind, fields = found[0], Fields(found[1])
                if kind == b"C":
                    self.take_call(fields)
                elif kind == b"D":
                    self.take_end(fields)
                else:
                    raise ValueError("a frame of an unknown kind")
        except (ValueError, RecursionError) as failure:
            # Only code that writes to the worker's descriptors itself comes here.
            self.worker.incoming.clear()
            self.end({"status": "killed", "error": error(
                "Killed", "the code broke the channel of its process (%s); its variables are lost" % failure)})

    def take_call(self, fields):
        call, name, data = fields.number(), fields.bytes().decode("utf-8"), fields.bytes()
        if name not in self.supervisor.functions:
            self.hand_result(call, False, "there is no function %s" % name[:100])
            return
        if len(data) > MAX_VALUE:
            raise ValueError("a call of %d bytes" % len(data))
        arguments = safe_json(data)
        if not isinstance(arguments, list):
            raise ValueError("a call without arguments")
        self.call = (self.supervisor.ask(name, arguments), call, time.monotonic())

    def take_end(self, fields):
        block, has_final, has_error = fields.number(), fields.number(), fields.number()
        parts = [fields.bytes().decode("utf-8", "replace")[:12_000] for _ in range(3)]
        final = fields.bytes()
        if block != self.supervisor.block or self.outcome is not None:
            return
        outcome = {"status": "error" if has_error else "ok"}
        if has_error:
            outcome["error"] = error(*parts)
        elif has_final:
            if len(final) > MAX_VALUE:
                raise ValueError("an answer of %d bytes" % len(final))
            outcome["final"] = safe_json(final)
        self.end(outcome)


def error(kind, message, trace=""):
    return {"type": kind, "message": message, "traceback": trace}


def resident():
    """Bytes of memory, of their own, that all other processes have."""
    total = 0
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            try:
                with open("/proc/%s/statm" % name) as file:
                    fields = file.read().split()
                total += max(0, int(fields[1]) - int(fields[2]))
            except (OSError, IndexError):
                pass
    return total * resource.getpagesize()


def main():
    for name in ("SIGINT", "SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    if os.getpid() != 1:
        raise Lost("this is not the first process of its namespace")
    places = writable_directories()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    channel_in = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 10)
    channel_out = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 10)
    null = fcntl.fcntl(os.open("/dev/null", os.O_RDWR), fcntl.F_DUPFD_CLOEXEC, 10)
    for place in (0, 1, 3, 4, 5):  # a worker's descriptors get these numbers
        os.dup2(null, place, inheritable=False)
    Supervisor(channel_in, channel_out, places, seccomp_filter()).serve()


try:
    main()
except BaseException as failure:
    os.write(2, ("sandbox: %s: %s\n" % (type(failure).__name__, failure)).encode("utf-8", "replace"))
    os._exit(70)
