# A Python of the tests that is confined in nothing: one JSON object to a line, on its own descriptors.
import io, json, os, sys, traceback, contextlib

to_host = os.fdopen(os.dup(1), "w", encoding="utf-8")
from_host = os.fdopen(os.dup(0), "r", encoding="utf-8")
space = {"__name__": "__main__", "answer": {"content": "", "ready": False}}


class Final(BaseException):
    pass


def final(value):
    raise Final(value)


def say(**message):
    to_host.write(json.dumps(message) + "\n")
    to_host.flush()


def host_function(name):
    def function(*arguments):
        say(call=name, args=arguments)
        reply = json.loads(from_host.readline())
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["value"]
    return function


space.update(FINAL=final, FINAL_VAR=lambda name: final(space[name]))
for line in from_host:
    message = json.loads(line)
    if "context" in message:
        space.update(message["vars"], context=message["context"])
        space.update((name, host_function(name)) for name in message["functions"])
        say(ok=True)
        continue
    out, reply = io.StringIO(), {"status": "OK", "error": None}
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(message["code"], "<block>", "exec"), space)
        if space["answer"]["ready"]:
            reply["final"] = space["answer"]["content"]
    except Final as end:
        reply["final"] = end.args[0]
    except Exception as e:
        reply = {"status": "ERROR", "error": [type(e).__name__, str(e), traceback.format_exc()]}
    say(stdout=out.getvalue(), **reply)
