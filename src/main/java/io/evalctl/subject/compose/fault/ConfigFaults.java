package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * config-corruption: a {@link ConfigMistake} in a node's configuration, then SIGKILL with the
 * restart policy off. Undone by the file's former content and a start. A file that somebody has
 * changed since is theirs, and left alone.
 */
final class ConfigFaults implements FaultFamily {
  private final Comeback comeback;
  private final ContainerFiles files;

  ConfigFaults(Comeback comeback, ContainerFiles files) {
    this.comeback = comeback;
    this.files = files;
  }

  private enum Stand {
    BEFORE,
    SPOILT,
    FOREIGN
  }

  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    ContainerState state = site.require(target.node());
    String path = site.scope().configFiles().get(target.node());
    if (path == null) {
      throw refused("the subject names no file of configuration of " + target.node());
    }
    Path onHost = files.onHost(state, path).orElse(null);
    byte[] bytes =
        files
            .read(state, onHost, path)
            .orElseThrow(() -> refused("%s has no file %s".formatted(state.name(), path)))
            .bytes();
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw refused("%s of %s is no text".formatted(path, state.name()));
    }
    String spoilt = ConfigMistake.in(text, random);
    if (spoilt.equals(text)) {
      throw refused("there is nothing in %s of %s to spoil".formatted(path, state.name()));
    }
    ObjectNode metadata = site.metadata();
    ObjectNode node = Struck.add(metadata, target.node(), state);
    node.put("path", path)
        .put("sha256Before", digest(text.getBytes(StandardCharsets.UTF_8)))
        .put("sha256After", digest(spoilt.getBytes(StandardCharsets.UTF_8)));
    Edit.between(text, spoilt).addTo(node);
    if (onHost != null) {
      node.put("onHost", onHost.toString());
    }
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  /**
   * What is changed: no more of a configuration is written down than that, for it may hold secrets.
   *
   * @param offset where, in characters
   */
  private record Edit(int offset, String was, String is) {
    static Edit between(String text, String spoilt) {
      int start = 0;
      while (start < Math.min(text.length(), spoilt.length())
          && text.charAt(start) == spoilt.charAt(start)) {
        start++;
      }
      int end = 0;
      while (end < Math.min(text.length(), spoilt.length()) - start
          && text.charAt(text.length() - 1 - end) == spoilt.charAt(spoilt.length() - 1 - end)) {
        end++;
      }
      return new Edit(
          start,
          text.substring(start, text.length() - end),
          spoilt.substring(start, spoilt.length() - end));
    }

    void addTo(ObjectNode node) {
      node.put("offset", offset).put("was", was).put("is", is);
    }

    static Edit of(JsonNode node) {
      return new Edit(
          node.path("offset").asInt(), node.path("was").asText(), node.path("is").asText());
    }

    String make(String text) {
      return text.substring(0, offset) + is + text.substring(offset + was.length());
    }

    Edit reverse() {
      return new Edit(offset, is, was);
    }

    /** A spoilt file that is shorter than before, without what was not cut off in time. */
    byte[] whole(byte[] torn) {
      int rest =
          was.getBytes(StandardCharsets.UTF_8).length - is.getBytes(StandardCharsets.UTF_8).length;
      return rest <= 0 || rest > torn.length ? torn : Arrays.copyOf(torn, torn.length - rest);
    }
  }

  private static EvalctlException refused(String why) {
    return new EvalctlException(
        ErrorCode.FAULT_NOT_INJECTED, why, "does the subject name the right file?");
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return List.of(
        "make a mistake in %s of container %s (%s)"
            .formatted(struck.json().path("path").asText(), struck.name(), struck.node()),
        "set its restart policy, %s, to no meanwhile".formatted(struck.policy()),
        "SIGKILL to process %d".formatted(struck.pid()));
  }

  @Override
  public void inject(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    ContainerState state = comeback.containers().unchanged(struck);
    if (stand(state, struck) != Stand.BEFORE) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "%s of %s has changed since the fault was planned"
              .formatted(struck.json().path("path").asText(), struck.name()),
          null);
    }
    write(state, struck, Edit.of(struck.json()), content(state, struck).orElseThrow().bytes());
    comeback.disablePolicy(state);
    comeback.kill(state);
  }

  private void mend(ContainerState state, Struck struck) {
    Edit edit = Edit.of(struck.json());
    write(state, struck, edit.reverse(), spoilt(content(state, struck), struck).orElseThrow());
  }

  private void write(ContainerState state, Struck struck, Edit edit, byte[] bytes) {
    String path = struck.json().path("path").asText();
    ContainerFiles.Content now =
        content(state, struck).orElseThrow(() -> refused(path + " is gone from " + struck.name()));
    files.write(
        state,
        onHost(struck),
        path,
        new ContainerFiles.Content(
            edit.make(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8),
            now.mode(),
            now.user(),
            now.group()));
  }

  private Optional<ContainerFiles.Content> content(ContainerState state, Struck struck) {
    return files.read(state, onHost(struck), struck.json().path("path").asText());
  }

  private static Optional<byte[]> spoilt(Optional<ContainerFiles.Content> now, Struck struck) {
    String after = struck.json().path("sha256After").asText();
    return now.map(ContainerFiles.Content::bytes)
        .flatMap(
            bytes ->
                Stream.of(bytes, Edit.of(struck.json()).whole(bytes))
                    .filter(each -> digest(each).equals(after))
                    .findFirst());
  }

  private Stand stand(ContainerState state, Struck struck) {
    Optional<ContainerFiles.Content> now = content(state, struck);
    String before = struck.json().path("sha256Before").asText();
    if (now.filter(content -> digest(content.bytes()).equals(before)).isPresent()) {
      return Stand.BEFORE;
    }
    return spoilt(now, struck).isPresent() ? Stand.SPOILT : Stand.FOREIGN;
  }

  @Override
  public boolean visible(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return comeback.ended(struck)
        && comeback
            .containers()
            .find(struck.id())
            .filter(state -> stand(state, struck) == Stand.SPOILT)
            .isPresent();
  }

  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(15);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    Optional<ContainerState> now = comeback.containers().current(struck);
    if (now.isEmpty()) {
      // A file that was mounted outlives the container.
      if (onHost(struck) != null && stand(null, struck) == Stand.SPOILT) {
        mend(null, struck);
      }
      return;
    }
    switch (stand(now.get(), struck)) {
      case SPOILT -> {
        mend(now.get(), struck);
        if (now.get().running() && !struck.untouched(now.get())) {
          // What runs has read the spoilt file, or is about to.
          comeback.containers().restart(now.get());
        } else {
          comeback.startUnlessItRuns(struck);
        }
      }
      case BEFORE -> comeback.startUnlessItRuns(struck);
      case FOREIGN -> comeback.tryToStart(struck);
    }
    comeback.restorePolicy(struck);
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    Optional<ContainerState> now = comeback.containers().current(struck);
    return comeback.policyRestored(struck)
        && (now.isEmpty()
            ? onHost(struck) == null || stand(null, struck) != Stand.SPOILT
            : switch (stand(now.get(), struck)) {
              case SPOILT -> false;
              case BEFORE -> now.get().running();
              case FOREIGN -> true;
            });
  }

  @Override
  public boolean endsWithRestart(JsonNode metadata) {
    return false;
  }

  @Override
  public Optional<String> difference(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    return comeback
        .containers()
        .current(struck)
        .filter(state -> stand(state, struck) == Stand.FOREIGN)
        .map(
            state ->
                "%s of %s was changed by somebody else and left as it is"
                    .formatted(struck.json().path("path").asText(), struck.name()))
        .or(() -> comeback.difference(struck));
  }

  private static Path onHost(Struck struck) {
    return struck.json().has("onHost") ? Path.of(struck.json().path("onHost").asText()) : null;
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
