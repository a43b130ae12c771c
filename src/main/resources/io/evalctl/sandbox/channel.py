# Of the supervisor: the channel to the host, and the start of it all.


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
