package io.evalctl.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;

/** Calls docker-java, and tells its failures in evalctl's words. Stateless. */
public final class DockerCall {
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
    boolean denied = String.valueOf(root.getMessage()).contains("Permission denied");
    return new EvalctlException(
        ErrorCode.DOCKER_UNREACHABLE,
        "%s failed: no answer (%s)"
            .formatted(what, root.getMessage() == null ? root.toString() : root.getMessage()),
        denied
            ? "the user is not allowed to use the engine: join its group 'docker'"
            : "start the engine (scripts/docker-engine does where there is none), or set DOCKER_HOST",
        e);
  }
}
