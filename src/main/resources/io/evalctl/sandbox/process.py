# Of the supervisor: the process that runs the code.


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
