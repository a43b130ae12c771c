# Of the supervisor: one block of code.


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
