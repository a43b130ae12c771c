# Of the supervisor: what comes from a worker, and may be anything.


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
        parse_float=finite,
        parse_constant=str)


def finite(digits):
    value = float(digits)
    return value if len(digits) <= MAX_DIGITS and abs(value) != float("inf") else digits


def frame(kind, *fields):
    body = kind + b"".join(fields)
    return len(body).to_bytes(4, "big") + body


def number(value):
    return value.to_bytes(4, "big")


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
