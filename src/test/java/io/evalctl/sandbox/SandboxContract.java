package io.evalctl.sandbox;

import static io.evalctl.sandbox.Execution.Status.ERROR;
import static io.evalctl.sandbox.Execution.Status.KILLED;
import static io.evalctl.sandbox.Execution.Status.OK;
import static io.evalctl.sandbox.Execution.Status.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.sandbox.SandboxExecutor.HostFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every sandbox, whatever confines it: its code can harm its own query only. */
interface SandboxContract {
  JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A pool that keeps one sandbox, so that queries in turn get the same. */
  ContainerPool pool();

  /** What a query does with its executor. */
  interface Query {
    void with(SandboxExecutor executor);
  }

  default void query(Query query) {
    query(List.of(), Map.of(), query);
  }

  default void query(List<String> context, Map<String, HostFunction> functions, Query query) {
    Deadline deadline = Deadline.in(Duration.ofSeconds(20), TimeSource.system());
    try (SandboxLease lease = pool().acquire(deadline)) {
      lease.executor().setUp(context, Map.of(), functions);
      query.with(lease.executor());
    }
  }

  static Execution run(SandboxExecutor executor, String code) {
    return executor.execute(code, Duration.ofSeconds(20));
  }

  /** It serves, and its replies belong to what was asked. */
  static void serves(SandboxExecutor executor) {
    for (int i = 0; i < 3; i++) {
      Execution execution = run(executor, "print('block', " + i + ")");
      assertThat(execution.status()).isEqualTo(OK);
      assertThat(execution.stdout()).isEqualTo("block " + i + "\n");
      assertThat(execution.answer()).isNull();
      assertThat(execution.error()).isNull();
    }
  }

  @Test
  default void variablesLiveFromBlockToBlock() {
    query(
        List.of("first", "вторая"),
        Map.of(),
        executor -> {
          assertThat(run(executor, "x = len(context); print(context[1])").stdout())
              .isEqualTo("вторая\n");
          assertThat(run(executor, "print(x); import sys; print('e', file=sys.stderr)"))
              .isEqualTo(new Execution(OK, "2\n", "e\n", false, null, null));
        });
  }

  @Test
  default void anExceptionIsToldWithItsPlaceInTheCode() {
    query(
        executor -> {
          Execution execution = run(executor, "x = 1\n{}['missing']\nx = 2");
          assertThat(execution.status()).isEqualTo(ERROR);
          assertThat(execution.error().type()).isEqualTo("KeyError");
          assertThat(execution.error().message()).isEqualTo("'missing'");
          assertThat(execution.error().traceback()).contains("line 2").doesNotContain("<worker>");
          assertThat(run(executor, "print(x)").stdout()).isEqualTo("1\n");
          assertThat(run(executor, "def").error().type()).isEqualTo("SyntaxError");
        });
  }

  @Test
  default void documentsOfAnySizeArrive() {
    String small = "é😀".repeat(10);
    String large = "я😀-".repeat(1_700_000);
    query(
        List.of("", small, large, "", large, "end"),
        Map.of(),
        executor ->
            assertThat(
                    run(
                            executor,
                            "print([len(d) for d in context], context[2] == 'я😀-' * 1700000 == context[4],"
                                + " context[1] == 'é😀' * 10, context[5])")
                        .stdout())
                .isEqualTo("[0, 20, 5100000, 0, 5100000, 3] True True end\n"));
  }

  @Test
  default void nothingOfAQueryReachesTheNext() {
    long before = pool().statistics().started();
    String[] look = {
      "print('secret' in globals(), 'context' in globals() and context)",
      "import json, os, sys; print(hasattr(json, 'secret'), 'SECRET' in os.environ, 'mine' in sys.modules)",
      """
      found = []
      for top, directories, files in os.walk('/', onerror=None):
          if top.startswith(('/proc', '/sys', '/usr', '/lib')):
              directories.clear()
              continue
          found += [os.path.join(top, f) for f in files + directories if 'secret' in f]
      print(found)
      """,
      "print(sorted(int(p) for p in os.listdir('/proc') if p.isdigit())[:1], "
          + "sum(p.isdigit() for p in os.listdir('/proc')))",
      """
      import ctypes
      print(ctypes.CDLL(None).shmget(4711, 10, 0), [os.listxattr(d) for d in ('/sandbox', '/tmp')])
      """,
      "import resource; print(resource.getrlimit(resource.RLIMIT_FSIZE), os.getpriority(os.PRIO_PROCESS, 1), os.getcwd())",
    };
    List<String> clean = new ArrayList<>();
    query(
        executor -> {
          for (String code : look) {
            clean.add(run(executor, code).stdout());
          }
        });
    query(
        List.of("secret document"),
        Map.of(),
        executor -> {
          Execution left =
              run(
                  executor,
                  """
                  import ctypes, json, os, subprocess, sys, threading, time, resource
                  secret = 'secret' * 1000
                  json.secret = sys.modules['mine'] = sys
                  os.environ['SECRET'] = 'secret'
                  for top, directories, files in os.walk('/'):
                      if top.startswith('/proc'):
                          directories.clear()
                          continue
                      try:
                          os.makedirs(top + '/secret' + '/d' * 60)
                          open(top + '/secret/d/secret', 'w').write(secret)
                          os.symlink('/', top + '/secret-link')
                          os.chmod(top + '/secret/d', 0)
                      except OSError:
                          pass
                      try:
                          os.setxattr(top, 'user.secret', b'secret')
                      except OSError:
                          pass
                      try:
                          os.chmod(top, 0o700)
                      except OSError:
                          pass
                  libc = ctypes.CDLL(None)
                  libc.shmget(4711, 10, 0o1777)
                  libc.nice(5)
                  for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
                      try:
                          libc.prlimit(1, limit, (ctypes.c_ulong * 2)(0, 0), None)
                      except OSError:
                          pass
                  subprocess.Popen([sys.executable, '-c',
                      'import time, os\\nos.setsid()\\nwhile 1: print("secret", flush=True); time.sleep(.001)'])
                  def late():
                      while True:
                          print('secret')
                          time.sleep(.001)
                  threading.Thread(target=late, daemon=True).start()
                  time.sleep(.05)
                  print('left')
                  """);
          assertThat(left.error()).isNull();
          assertThat(left.stdout()).contains("left").contains("secret");
        });
    query(
        executor -> {
          for (int i = 0; i < look.length; i++) {
            assertThat(run(executor, look[i]))
                .isEqualTo(new Execution(OK, clean.get(i), "", false, null, null));
          }
          // nor is it in the memory that the new process was given
          assertThat(
                  run(
                          executor,
                          """
                          want = 'document secret'.split()[::-1]
                          want = ' '.join(want).encode()
                          hits = 0
                          memory = open('/proc/self/mem', 'rb', 0)
                          for line in open('/proc/self/maps'):
                              span, rights = line.split()[:2]
                              if rights.startswith('rw') and '[v' not in line:
                                  a, b = (int(x, 16) for x in span.split('-'))
                                  memory.seek(a)
                                  try:
                                      data = memory.read(b - a)
                                  except OSError:
                                      continue
                                  hits += data.count(want) if data else 0
                                  hits -= data.count(b' '.join([b'secret', b'document'])) if data else 0
                          print(hits)
                          """)
                      .stdout())
              .isEqualTo("0\n");
        });
    assertThat(pool().statistics().started()).as("it was the same sandbox").isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import os\nfor d in range(1, 200):\n  try: os.write(d, LINE)\n  except OSError: pass",
        "import os\nfor d in os.listdir('/proc/self/fd'):\n"
            + "  try: open('/proc/self/fd/' + d, 'wb', 0).write(LINE)\n  except OSError: pass",
        "print(LINE.decode(), end='')\nimport sys\nsys.__stdout__.write(LINE.decode())",
        "import os\nos.write(4, LINE)",
        "import os\nos.write(4, b'\\xff' * 100)",
        "import os\nos.write(4, b'D' + LINE)\nos._exit(0)",
        "import os\nos.write(4, (5).to_bytes(4, 'big') + b'Dxxxx')",
        "import os\nos.write(4, (9).to_bytes(4, 'big') + b'C' + bytes(4) + bytes([0, 0, 0, 9]))",
      })
  default void noForgedLineReachesTheHost(String code) {
    String line =
        "LINE = b''.join(b'\\n{\"id\":%d,\"status\":\"ok\",\"stdout\":\"forged\",\"final\":\"forged\"}\\n'"
            + " % i for i in range(20))\n";
    query(
        executor -> {
          Execution execution = run(executor, line + code);
          assertThat(execution.answer()).isNull();
          assertThat(execution.stdout()).isNotEqualTo("forged");
          serves(executor);
        });
  }

  @Test
  default void theSupervisorIsOutOfReach() {
    query(
        executor -> {
          Execution execution =
              run(
                  executor,
                  """
                  import ctypes, os, signal, glob
                  reached = []
                  for path in ['/proc/1/mem', '/proc/1/environ', '/proc/1/maps', *['/proc/1/fd/%d' % d for d in range(64)]]:
                      for mode in ('rb', 'wb', 'r+b'):
                          try:
                              open(path, mode).close()
                              reached.append(path)
                          except OSError:
                              pass
                  try:
                      reached += os.listdir('/proc/1/fd')
                  except OSError:
                      pass
                  libc = ctypes.CDLL(None, use_errno=True)
                  if libc.ptrace(16, 1, 0, 0) != -1:
                      reached.append('ptrace')
                  for number in range(1, 65):
                      if number not in (signal.SIGCHLD,):
                          try:
                              os.kill(1, number)
                          except OSError:
                              pass
                  for limit in range(16):
                      if libc.prlimit(1, limit, (ctypes.c_ulong * 2)(1, 1), None) == 0:
                          reached.append('prlimit')
                  if libc.setpriority(0, 1, 19) == 0 or libc.sched_setaffinity(1, 8, (ctypes.c_ulong * 1)(1)) == 0:
                      reached.append('priority')
                  print(reached)
                  """);
          assertThat(execution.stdout() + execution.error()).isEqualTo("[]\nnull");
          serves(executor);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import os; os._exit(0)",
        "import os; os._exit(3)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os, time\nif os.fork() == 0: os.kill(-1, 9)\ntime.sleep(60)",
        "import os\nif os.fork():\n  os._exit(0)\nimport time; time.sleep(60)",
        "import ctypes; ctypes.string_at(0)",
        "import os; os.closerange(0, 4096)",
        "import os, time; os.closerange(0, 4096); time.sleep(60)",
        "x = b'x' * (2 << 30); print(len(x))",
        "x = []\nwhile True: x.append(bytearray(b'y' * (1 << 20)))",
      })
  default void codeThatEndsItsProcessEndsNothingElse(String code) {
    query(
        List.of("kept"),
        Map.of(),
        executor -> {
          run(executor, "before = 1");
          Execution execution = run(executor, code);
          if (execution.error() == null || !execution.error().type().equals("MemoryError")) {
            assertThat(execution.status()).isEqualTo(KILLED);
            assertThat(run(executor, "before").error().type()).isEqualTo("NameError");
          }
          assertThat(execution.error().message()).isNotNull();
          assertThat(run(executor, "print(context)").stdout()).isEqualTo("['kept']\n");
          serves(executor);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while True: pass",
        "import time\nwhile True:\n  try: time.sleep(10)\n  except BaseException: pass",
        "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass",
        "import os, signal\nfor s in range(1, 65):\n  try: signal.signal(s, signal.SIG_IGN)\n"
            + "  except (OSError, ValueError): pass\nos.setsid if os.fork() else 0\nwhile True: pass",
        "import os\nif os.fork() == 0:\n  os.setsid()\n  os.fork()\nwhile True: print('x' * 1000)",
      })
  default void codeWithoutEndIsEndedInTime(String code) {
    query(
        List.of("kept"),
        Map.of(),
        executor -> {
          run(executor, "before = 1");
          Execution execution = executor.execute("print('begun')\n" + code, Duration.ofMillis(400));
          assertThat(execution.status()).isEqualTo(TIMEOUT);
          assertThat(execution.stdout()).startsWith("begun\n");
          assertThat(run(executor, "before").error().type()).isEqualTo("NameError");
          assertThat(
                  run(
                          executor,
                          "import os; print(context, [p for p in os.listdir('/proc') if p.isdigit()])")
                      .stdout())
              .matches("\\['kept'] \\['1', '\\d+']\n");
          serves(executor);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import sys; sys.exit()",
        "import os\nfor _ in range(3): os.fork()",
        "def f(): f()\ntry: f()\nexcept RecursionError: pass",
        "import json, sys, builtins, os\njson.dumps = json.loads = json = None\nsys.stdout = sys.stderr = None\n"
            + "os.write = os.read = os.getpid = None\nsys.modules.clear()",
        "import sys; sys.stdout.close(); sys.settrace(lambda *a: None); sys.stdin = None",
        "import builtins\nfor n in ('len', 'int', 'isinstance', 'bytes', 'exec', 'compile', 'memoryview', 'min'):\n"
            + "  setattr(builtins, n, None)",
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(.01), FINAL('late')), daemon=True).start()\n"
            + "import sys; sys.stderr.close()",
        "FINAL_VAR = FINAL = SHOW_VARS = answer = print",
      })
  default void codeThatSpoilsItsProcessCannotSpoilAReply(String code) {
    query(
        executor -> {
          Execution execution = run(executor, code);
          assertThat(execution.status()).isIn(OK, KILLED);
          assertThat(execution.answer()).isNull();
          Execution next = run(executor, "FINAL(6 * 7)");
          assertThat(next.answer()).isEqualTo(JSON.numberNode(42));
        });
    query(SandboxContract::serves);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''",
        "0",
        "None",
        "False",
        "[]",
        "{}",
        "'text'",
        "1.5",
        "-7",
        "[1, [2, {'a': None}]]",
        "True",
        "'я' * 10",
        "{1: 2}",
        "(1, 2)",
        "float('nan')",
        "10 ** 2000",
        "{'a': {1, 1}}",
        "'\\ud800'",
        "b'ab'",
        "object",
      })
  default void theAnswerIsTheValueThatWasGiven(String value) {
    Map<String, String> others =
        Map.of(
            "{1: 2}", "{\"1\":2}",
            "(1, 2)", "[1,2]",
            "float('nan')", "\"NaN\"",
            "10 ** 2000", "\"1" + "0".repeat(2000) + "\"",
            "{'a': {1, 1}}", "{\"a\":[1]}",
            "'\\ud800'", "\"?\"",
            "b'ab'", "\"ab\"",
            "object", "\"<class 'object'>\"",
            "'я' * 10", "\"" + "я".repeat(10) + "\"");
    String expected =
        others.getOrDefault(
            value,
            value
                .replace("None", "null")
                .replace("True", "true")
                .replace("False", "false")
                .replace('\'', '"')
                .replace(" ", ""));
    query(
        executor -> {
          for (String code :
              List.of(
                  "FINAL(" + value + ")",
                  "v = " + value + "\nFINAL_VAR('v')",
                  "answer['content'] = " + value + "\nanswer['ready'] = True",
                  "answer = {'content': " + value + ", 'ready': 1}")) {
            Execution execution = run(executor, code);
            assertThat(execution.error()).isNull();
            assertThat(execution.answer()).isNotNull();
            assertThat(execution.answer().toString()).isEqualTo(expected);
            assertThat(run(executor, "pass").answer()).as("it does not come again").isNull();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FINAL('a')\nafter = 1",
        "try:\n  FINAL('a')\nexcept BaseException:\n  pass\nfinally:\n  after = 1\nafter = 1",
        "while True:\n  try: FINAL('a')\n  except BaseException: after = 1",
        "class C:\n  def __enter__(self): pass\n  def __exit__(self, *a):\n    global after\n    after = 1\n    return True\n"
            + "with C(): FINAL('a')\nafter = 1",
        "import sys\ndef trace(frame, event, argument):\n  if event == 'line': raise ValueError\n  return trace\n"
            + "def f():\n  global after\n  sys.settrace(trace)\n  FINAL('b')\n"
            + "try: f()\nexcept ValueError: sys.settrace(None)\nFINAL('a')\nafter = 1",
        "def g():\n  global after\n  try: yield FINAL('a')\n  finally: after = 1\nlist(g())\nafter = 1",
        "import signal\ndef h(*a): raise KeyError\nsignal.signal(signal.SIGALRM, h)\n"
            + "signal.setitimer(signal.ITIMER_REAL, .02, .001)\nFINAL('a')\nafter = 1",
        "import ctypes, threading, time\nme = threading.get_ident()\n"
            + "def f():\n  time.sleep(.02)\n  ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(me), ctypes.py_object(KeyError))\n"
            + "threading.Thread(target=f, daemon=True).start()\nFINAL('a')\nafter = 1",
      })
  default void nothingOfTheBlockRunsAfterFinal(String code) {
    query(
        executor -> {
          run(executor, "before = 5");
          Execution execution = run(executor, code + "\nprint('after')");
          assertThat(execution.answer()).isEqualTo(JSON.textNode("a"));
          assertThat(execution.stdout()).isEmpty();
          Execution next =
              run(executor, "import time; time.sleep(.05); print(before, 'after' in globals())");
          assertThat(next.stdout()).isEqualTo("5 False\n");
          assertThat(next.answer()).isNull();
        });
  }

  @Test
  default void finalAfterAnErrorAndInALaterBlock() {
    query(
        executor -> {
          Execution failed = run(executor, "answer['ready'] = True; x = 1; 1 / 0; FINAL('never')");
          assertThat(failed.status()).isEqualTo(ERROR);
          assertThat(failed.answer()).isNull();
          assertThat(run(executor, "pass").answer()).isNull();
          assertThat(run(executor, "try: 1/0\nexcept Exception: FINAL(x)").answer())
              .isEqualTo(JSON.numberNode(1));
          assertThat(run(executor, "FINAL('second')").answer()).isEqualTo(JSON.textNode("second"));
          Execution unknown = run(executor, "FINAL_VAR('y')");
          assertThat(unknown.status()).isEqualTo(ERROR);
          assertThat(unknown.error().message()).contains("'y'").contains("x");
          assertThat(run(executor, "print(SHOW_VARS())").stdout()).contains("'x': 'int'");
          serves(executor);
        });
  }

  @Test
  default void anAnswerOfFiveMegabytes() {
    query(
        executor -> {
          JsonNode answer = run(executor, "FINAL('0123456789' * 500_000)").answer();
          assertThat(answer.asText()).hasSize(5_000_000).startsWith("0123").endsWith("6789");
          Execution tooLarge = run(executor, "FINAL('x' * (16 << 20))");
          assertThat(tooLarge.status()).isEqualTo(ERROR);
          assertThat(tooLarge.error().message()).contains("at most");
          assertThat(run(executor, "FINAL([[i] for i in range(200_000)])").answer())
              .hasSize(200_000);
          assertThat(run(executor, "x = []\nfor _ in range(150): x = [x]\nFINAL(x)").answer())
              .hasSize(1);
        });
  }

  @Test
  default void aLargePrintKeepsItsHeadAndTail() {
    query(
        executor -> {
          Execution execution = run(executor, "print('<' + 'я' * 50_000_000 + '>')");
          assertThat(execution.status()).isEqualTo(OK);
          assertThat(execution.truncated()).isTrue();
          assertThat(execution.stdout())
              .startsWith("<яяя")
              .endsWith("яя>\n")
              .contains("... [49950003 characters cut] ...");
          assertThat(execution.stdout().length()).isBetween(50_000, 50_100);
          Execution exact =
              run(executor, "import sys; print('y' * 50_000, end='', file=sys.stderr)");
          assertThat(exact.truncated()).isFalse();
          assertThat(exact.stderr()).hasSize(50_000);
          serves(executor);
        });
  }

  @Test
  default void theHostAnswersItsFunctions() {
    List<JsonNode> asked = new ArrayList<>();
    Map<String, HostFunction> functions =
        Map.of(
            "llm_query",
            arguments -> {
              asked.add(arguments);
              return JSON.textNode(
                  new StringBuilder(arguments.get(0).asText()).reverse().toString());
            },
            "sql",
            arguments -> {
              throw new EvalctlException(ErrorCode.DATABASE_FAILED, "no such table: t", "hint");
            });
    query(
        List.of(),
        functions,
        executor -> {
          Execution execution =
              run(
                  executor,
                  "a = llm_query('аб' * 100_000); print(len(a), a == 'ба' * 100_000, llm_query('x', [1, None]))");
          assertThat(execution.stdout()).isEqualTo("200000 True x\n");
          assertThat(asked.get(1).toString()).isEqualTo("[\"x\",[1,null]]");
          Execution failed = run(executor, "sql('select * from t')");
          assertThat(failed.error().type()).isEqualTo("RuntimeError");
          assertThat(failed.error().message()).isEqualTo("no such table: t");
          assertThat(
                  run(executor, "try: sql('')\nexcept RuntimeError as e: print(e, llm_query('ab'))")
                      .stdout())
              .isEqualTo("no such table: t ba\n");
          assertThat(run(executor, "llm_query_batched(['a'])").error().type())
              .isEqualTo("NameError");
          Execution tooLarge = run(executor, "llm_query('x' * (16 << 20))");
          assertThat(tooLarge.error().message()).contains("at most");
          assertThat(
                  run(
                          executor,
                          """
                          from concurrent.futures import ThreadPoolExecutor
                          with ThreadPoolExecutor(8) as threads:
                              print(list(threads.map(llm_query, ['%dx' % i for i in range(20)])) == ['x%s' % str(i)[::-1] for i in range(20)])
                          """)
                      .stdout())
              .isEqualTo("True\n");
          serves(executor);
        });
    query(
        executor ->
            assertThat(run(executor, "llm_query('x')").error().type()).isEqualTo("NameError"));
  }

  @Test
  default void codeCannotCallWhatItWasNotGiven() {
    query(
        List.of(),
        Map.of("llm_query", arguments -> JSON.textNode("asked")),
        executor -> {
          Execution execution =
              run(
                  executor,
                  """
                  import os
                  body = b'C' + (1).to_bytes(4, 'big') + (3).to_bytes(4, 'big') + b'sql' + (2).to_bytes(4, 'big') + b'[]'
                  os.write(4, len(body).to_bytes(4, 'big') + body)
                  print(os.read(5, 1000)[10:])
                  """);
          assertThat(execution.stdout()).isEqualTo("b'there is no function sql'\n");
          assertThat(run(executor, "print(llm_query(1))").stdout()).isEqualTo("asked\n");
          serves(executor);
        });
  }

  @Test
  default void theTimeOfTheHostIsNotTheCodes() {
    Deadline[] slow = new Deadline[1];
    Map<String, HostFunction> functions =
        Map.of(
            "llm_query",
            arguments -> {
              slow[0] = Deadline.in(Duration.ofMillis(700), TimeSource.system());
              while (!slow[0].expired()) {
                Thread.onSpinWait();
              }
              return JSON.textNode("done");
            });
    query(
        List.of(),
        functions,
        executor ->
            assertThat(executor.execute("print(llm_query('x'))", Duration.ofMillis(400)).stdout())
                .isEqualTo("done\n"));
  }

  @Test
  default void aHostFunctionThatBreaksEndsTheQueryOnly() {
    IllegalStateException defect = new IllegalStateException("a defect");
    assertThatThrownBy(
            () ->
                query(
                    List.of(),
                    Map.of(
                        "llm_query",
                        arguments -> {
                          throw defect;
                        }),
                    executor -> run(executor, "llm_query('x')")))
        .isSameAs(defect);
    query(SandboxContract::serves);
  }

  @Test
  default void thereIsNoNetwork() {
    query(
        executor ->
            assertThat(
                    run(
                            executor,
                            """
                            import os, socket
                            reached = []
                            for address in [('127.0.0.1', 22), ('127.0.0.1', 80), ('10.0.0.1', 80), ('172.17.0.1', 80), ('1.1.1.1', 53)]:
                                try:
                                    socket.create_connection(address, .3).close()
                                    reached.append(address)
                                except OSError:
                                    pass
                            print(reached, [n for _, n in socket.if_nameindex() if n != 'lo'], os.path.exists('/var/run/docker.sock'))
                            """)
                        .stdout())
                .isEqualTo("[] [] False\n"));
  }

  @Test
  default void theLoopbackOfTheHostIsNotTheirs() throws Exception {
    try (java.net.ServerSocket server =
        new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
      query(
          executor ->
              assertThat(
                      run(
                              executor,
                              "import socket\nsocket.create_connection(('127.0.0.1', %d), 2)"
                                  .formatted(server.getLocalPort()))
                          .error()
                          .type())
                  .isIn("ConnectionRefusedError", "OSError", "TimeoutError"));
    }
  }

  @Test
  default void nothingCanBeWrittenButTwoSmallDirectories() {
    query(
        executor -> {
          Execution execution =
              run(
                  executor,
                  """
                  import os
                  written = set()
                  for top, directories, files in os.walk('/'):
                      if top.startswith('/proc'):
                          directories.clear()
                          continue
                      try:
                          open(top + '/.probe', 'w').close()
                          os.remove(top + '/.probe')
                          written.add(top)
                      except OSError:
                          pass
                      for name in files:
                          try:
                              if not os.path.islink(top + '/' + name) and not top.startswith('/dev'):
                                  open(top + '/' + name, 'r+b').close()
                                  written.add(top + '/' + name)
                          except OSError:
                              pass
                  sizes = []
                  for place in ('/sandbox', '/tmp'):
                      size = 0
                      try:
                          with open(place + '/big', 'wb', 0) as f:
                              while size < 1 << 30:
                                  size += f.write(bytes(1 << 20))
                      except OSError as e:
                          sizes.append((e.errno, size >> 20))
                      os.remove(place + '/big')
                  print(sorted(written), sizes)
                  """);
          assertThat(execution.stdout()).isEqualTo("['/sandbox', '/tmp'] [(28, 64), (28, 64)]\n");
        });
  }

  @Test
  default void thereIsNoRightAndNoWayToGetOne() {
    query(
        executor ->
            assertThat(
                    run(
                            executor,
                            """
                            import ctypes, os
                            status = dict(line.split(':', 1) for line in open('/proc/self/status'))
                            print([int(status[k], 16) for k in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb')],
                                  status['NoNewPrivs'].strip(), status['Seccomp'].strip(), os.getuid() == 0)
                            libc = ctypes.CDLL(None, use_errno=True)
                            print(libc.unshare(0x10000000), libc.setuid(0), libc.mount(b'x', b'/tmp', b'tmpfs', 0, 0),
                                  libc.syscall(56 if os.uname().machine == 'x86_64' else 220, 0x10000000 | 17, 0, 0, 0, 0))
                            """)
                        .stdout())
                .isEqualTo("[0, 0, 0, 0] 1 2 False\n-1 -1 -1 -1\n"));
  }

  @Test
  default void noFileOfTheHostCanBeRead() throws Exception {
    java.nio.file.Path file = java.nio.file.Files.createTempFile("host", ".txt");
    try {
      query(
          executor -> {
            Execution execution =
                run(
                    executor,
                    "import os\nprint([p for p in ('%s', '/root/.ssh', '/home', '/etc/shadow', '/etc/hostname', '/proc/1/root/etc', '%s')"
                            .formatted(file, java.nio.file.Path.of("pom.xml").toAbsolutePath())
                        + " if os.access(p, os.R_OK) and (not os.path.isdir(p) or os.listdir(p))])");
            assertThat(execution.stdout()).isIn("[]\n", "['/etc/hostname']\n");
            assertThat(run(executor, "print(open('/etc/hostname').read().strip())").stdout())
                // An engine of 28 leaves the file empty where there is no network.
                .isIn("", "\n", "sandbox\n");
          });
    } finally {
      java.nio.file.Files.delete(file);
    }
  }

  @Test
  default void processesAreBounded() {
    query(
        executor -> {
          Execution execution =
              run(
                  executor,
                  """
                  import os, time
                  count = 0
                  try:
                      while count < 1000:
                          if os.fork() == 0:
                              time.sleep(60)
                              os._exit(0)
                          count += 1
                  except OSError as e:
                      print(count < 70, e.errno)
                  """);
          assertThat(execution.stdout()).isEqualTo("True 11\n");
        });
    query(SandboxContract::serves);
  }

  @Test
  default void aClosedLeaseIsOfNoUse() {
    SandboxExecutor[] kept = new SandboxExecutor[1];
    query(executor -> kept[0] = executor);
    assertThatThrownBy(() -> run(kept[0], "1")).isInstanceOf(IllegalStateException.class);
  }
}
