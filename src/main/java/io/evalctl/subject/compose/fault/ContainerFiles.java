package io.evalctl.subject.compose.fault;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.evalctl.docker.DockerCall;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Files of containers, also of such as do not run. What lies in a mount is reached on the engine's
 * machine where evalctl is root there; all else by the engine's archives.
 */
final class ContainerFiles {
  private static final long EXEC_SECONDS = 60;

  private final Containers containers;
  private final HostAccess host;
  private final NamespaceShell shell;

  ContainerFiles(Containers containers, HostAccess host, NamespaceShell shell) {
    this.containers = containers;
    this.host = host;
    this.shell = shell;
  }

  /** A file's content, and whose it is. */
  record Content(byte[] bytes, int mode, long user, long group) {}

  /**
   * Where a path of a container lies on this machine, if it lies in a mount and can be reached.
   *
   * @throws EvalctlException FAULT_NOT_INJECTED when it lies in a mount that is only for reading,
   *     or that cannot be reached
   */
  Optional<Path> onHost(ContainerState state, String path) {
    Optional<ContainerState.Mount> mount =
        state.mounts().stream()
            .filter(each -> Path.of(path).startsWith(each.destination()))
            .max(Comparator.comparingInt(each -> each.destination().length()));
    if (mount.isEmpty() || mount.get().source().isEmpty()) {
      return Optional.empty();
    }
    if (!mount.get().writable()) {
      throw refused("%s of %s is mounted for reading only".formatted(path, state.name()));
    }
    if (!host.reaches(state)) {
      if (mount.get().destination().equals(path)) {
        throw refused(
            "%s of %s is a mount on the engine's machine, out of reach"
                .formatted(path, state.name()));
      }
      return Optional.empty();
    }
    Path rest = Path.of(mount.get().destination()).relativize(Path.of(path));
    Path found = Path.of(mount.get().source());
    for (Path part : rest) {
      // A link in a container must not lead to the machine's own files.
      found = part.toString().isEmpty() ? found : found.resolve(part);
      if (Files.isSymbolicLink(found)) {
        throw refused("%s of %s goes through a symbolic link".formatted(path, state.name()));
      }
    }
    return Optional.of(found);
  }

  private static EvalctlException refused(String why) {
    return new EvalctlException(ErrorCode.FAULT_NOT_INJECTED, why, "choose another fault");
  }

  /** Runs a script on a directory: there on the machine, or in the running container as root. */
  ShellEnd run(ContainerState state, Path onHost, String script) {
    return onHost != null ? shell.here(List.of(), script) : exec(state, script);
  }

  private ShellEnd exec(ContainerState state, String script) {
    var client = containers.engine().client();
    return DockerCall.run(
        "running a script in container " + state.name(),
        () -> {
          String id =
              client
                  .execCreateCmd(state.id())
                  .withCmd("sh", "-c", script)
                  .withUser("0")
                  .withAttachStdout(true)
                  .withAttachStderr(true)
                  .exec()
                  .getId();
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          ByteArrayOutputStream err = new ByteArrayOutputStream();
          try (var end =
              containers
                  .engine()
                  .streamClient()
                  .execStartCmd(id)
                  .exec(
                      new ResultCallback.Adapter<Frame>() {
                        @Override
                        public void onNext(Frame frame) {
                          (frame.getStreamType() == StreamType.STDERR ? err : out)
                              .writeBytes(frame.getPayload());
                        }
                      })) {
            if (!end.awaitCompletion(EXEC_SECONDS, TimeUnit.SECONDS)) {
              throw new EvalctlException(
                  ErrorCode.DEADLINE_EXCEEDED,
                  "waited %ds for a script in container %s".formatted(EXEC_SECONDS, state.name()),
                  null);
            }
          } catch (InterruptedException e) {
            throw EvalctlException.interrupted("running a script in " + state.name());
          }
          Long status = client.inspectExecCmd(id).exec().getExitCodeLong();
          return new ShellEnd(
              status == null ? 1 : status.intValue(),
              out.toString(StandardCharsets.UTF_8),
              err.toString(StandardCharsets.UTF_8));
        });
  }

  /** Reads a file; empty when it is not there. */
  Optional<Content> read(ContainerState state, Path onHost, String path) {
    if (onHost != null) {
      try {
        return Files.exists(onHost)
            ? Optional.of(new Content(Files.readAllBytes(onHost), 0, 0, 0))
            : Optional.empty();
      } catch (IOException e) {
        throw new EvalctlException(
            ErrorCode.FILE_UNREADABLE, "cannot read " + onHost + ": " + e.getMessage(), null, e);
      }
    }
    return DockerCall.run(
        "reading %s of container %s".formatted(path, state.name()),
        () -> {
          try (InputStream archive =
                  containers
                      .engine()
                      .client()
                      .copyArchiveFromContainerCmd(state.id(), path)
                      .exec();
              TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry == null || !entry.isFile()) {
              throw refused("%s of %s is no plain file".formatted(path, state.name()));
            }
            return Optional.of(
                new Content(
                    tar.readAllBytes(),
                    entry.getMode(),
                    entry.getLongUserId(),
                    entry.getLongGroupId()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /** The length of a file in a container, running or not; empty when it is not there. */
  OptionalLong length(ContainerState state, String path) {
    return DockerCall.run(
        "looking at %s of container %s".formatted(path, state.name()),
        () -> {
          // Only the head of the archive is read: the file may be greater than this machine.
          try (InputStream archive =
              containers.engine().client().copyArchiveFromContainerCmd(state.id(), path).exec()) {
            TarArchiveEntry entry = new TarArchiveInputStream(archive).getNextEntry();
            return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.getSize());
          } catch (NotFoundException e) {
            return OptionalLong.empty();
          }
        });
  }

  /** Replaces a file's content; it stays whose it is. */
  void write(ContainerState state, Path onHost, String path, Content content) {
    if (onHost != null) {
      // In place: a file that is mounted by itself cannot be replaced. It is cut at the end only,
      // so that nothing is lost should evalctl be killed between the two.
      try (FileChannel out = FileChannel.open(onHost, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(content.bytes());
        while (left.hasRemaining()) {
          out.write(left);
        }
        out.truncate(content.bytes().length);
      } catch (IOException e) {
        throw new EvalctlException(
            ErrorCode.FILE_UNWRITABLE, "cannot write " + onHost + ": " + e.getMessage(), null, e);
      }
      return;
    }
    Path file = Path.of(path);
    DockerCall.run(
        "writing %s of container %s".formatted(path, state.name()),
        () -> {
          try {
            containers
                .engine()
                .client()
                .copyArchiveToContainerCmd(state.id())
                .withRemotePath(file.getParent().toString())
                .withTarInputStream(new ByteArrayInputStream(tar(file, content)))
                .exec();
            return true;
          } catch (ConflictException e) {
            throw refused("%s of %s cannot be written".formatted(path, state.name()));
          }
        });
  }

  private static byte[] tar(Path file, Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry(file.getFileName().toString());
      entry.setSize(content.bytes().length);
      entry.setMode(content.mode());
      entry.setUserId(content.user());
      entry.setGroupId(content.group());
      tar.putArchiveEntry(entry);
      tar.write(content.bytes());
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
