package io.evalctl.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.exception.DockerException;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.util.Objects;

/** Calls docker-java, and tells its failures in evalctl's words. Stateless. */
public final class DockerCall {
  /** What the library says of an answer to the wish for a stream that is a refusal. */
  private static final String NO_STREAM = "Expected 101 Switching Protocols, got: ";

  private DockerCall() {}

  /**
   * @param what completes the sentence "... failed": "creating a container from python:3-slim"
   * @throws EvalctlException DOCKER_REFUSED when the engine answered with an error,
   *     DOCKER_UNREACHABLE when it did not answer
   */
  public static <T> T run(String what, Call<T> call) {
    try {
      return call.get();
    } catch (EvalctlException e) {
      throw e;
    } catch (DockerException e) {
      throw refused(what, message(e), e);
    } catch (IOException | RuntimeException e) {
      throw unreachable(what, e);
    }
  }

  /** A call of docker-java. */
  @FunctionalInterface
  public interface Call<T> {
    T get() throws IOException;
  }

  /** What the engine said, without the JSON around it. */
  public static String message(DockerException e) {
    String text = e.getMessage() == null ? "" : e.getMessage();
    return text.replaceFirst("^Status \\d+: ", "")
        .replaceFirst("^\\{\"message\":\"(.*)\"\\}\\s*$", "$1")
        .strip();
  }

  static EvalctlException refused(String what, String answer, Throwable cause) {
    return new EvalctlException(
        ErrorCode.DOCKER_REFUSED, what + " failed: the Docker engine says: " + answer, null, cause);
  }

  private static EvalctlException unreachable(String what, Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String why = Objects.toString(root.getMessage(), root.toString());
    if (why.startsWith(NO_STREAM)) {
      return refused(what, why.substring(NO_STREAM.length()), e);
    }
    if (root instanceof JsonProcessingException) {
      return new EvalctlException(
          ErrorCode.DOCKER_REFUSED,
          what + " failed: what answers is no Docker engine, or broke off in the middle",
          "look at it with: docker version",
          e);
    }
    return new EvalctlException(
        ErrorCode.DOCKER_UNREACHABLE,
        "%s failed: no answer (%s)".formatted(what, plain(why)),
        why.contains("Permission denied")
            ? "the user is not allowed to use the engine: join its group 'docker'"
            : "start the engine (scripts/docker-engine does where there is none), or set DOCKER_HOST",
        e);
  }

  /** The library names a host and a port even where there are none. */
  private static String plain(String why) {
    if (why.endsWith("failed to respond")) {
      return "it closed the connection without a word";
    }
    return why.startsWith("Premature end") ? "it broke off in the middle of its answer" : why;
  }
}
