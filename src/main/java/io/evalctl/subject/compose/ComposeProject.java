package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProgramEnd;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import io.evalctl.subject.compose.fault.SharedNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The Compose project of one run: its file, its start and its end. Used by one thread. */
final class ComposeProject {
  /** A Compose that outlives its evalctl, and goes on starting containers, is found by it. */
  static final String MARKER = "EVALCTL_RUN_SUBJECT";

  /** Long, since images may have to be pulled or built. */
  private static final Duration UP_LIMIT = Duration.ofMinutes(10);

  private static final int MOST_WORDS = 400;
  private static final Pattern PROGRESS =
      Pattern.compile(
          "(Creating|Recreating|Starting|Pulling|Building|Network|Volume|Container|Image) ");

  private final String name;
  private final SubjectDefinition subject;
  private final Path file;
  private final ComposeProgram program;
  private final ProjectResources resources;
  private final Map<String, String> images;
  private final SharedNamespaces namespaces;
  private final Map<String, String> environment;
  private final TimeSource time;

  private ComposeProject(
      String name,
      SubjectDefinition subject,
      Path file,
      ComposeProgram program,
      ProjectResources resources,
      Map<String, String> images,
      SharedNamespaces namespaces,
      Map<String, String> environment,
      TimeSource time) {
    this.name = name;
    this.subject = subject;
    this.file = file;
    this.program = program;
    this.resources = resources;
    this.images = images;
    this.namespaces = namespaces;
    this.environment = environment;
    this.time = time;
  }

  /** The name of a run's project: by it whatever it has left is found. */
  static String nameOf(String runId) {
    return "evalctl-" + runId;
  }

  /**
   * Writes the run's own Compose file; starts nothing.
   *
   * @param home where the file is put
   * @param published for each node its ports: in the container, on 127.0.0.1
   * @param environment of evalctl; its variables are filled into the file
   * @throws EvalctlException INVALID_INPUT when Compose does not understand the file
   */
  static ComposeProject prepare(
      SubjectDefinition subject,
      String name,
      Path home,
      Map<String, Map<Integer, Integer>> published,
      Map<String, String> labels,
      ComposeProgram program,
      ProjectResources resources,
      Map<String, String> environment,
      TimeSource time) {
    try {
      Path source = sourceFile(subject.compose(), home);
      ComposeModel model =
          ComposeModel.read(
              subject,
              name,
              source,
              program,
              variables(name, Files.readString(source), environment),
              time);
      SharedNamespaces namespaces = model.namespaces();
      ObjectNode derived =
          DerivedComposeFile.of(subject, model.json(), allNames(subject, name), published, labels);
      Path file = home.resolve("compose.yaml");
      Files.writeString(file, new YAMLMapper().writeValueAsString(derived));
      return new ComposeProject(
          name,
          subject,
          file,
          program,
          resources,
          images(subject, derived),
          namespaces,
          environment,
          time);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "the run's Compose file cannot be written to " + home + ": " + e,
          null,
          e);
    }
  }

  /**
   * Which nodes of a subject would share namespaces; starts nothing.
   *
   * @throws EvalctlException SUBJECT_START without Compose, INVALID_INPUT when it does not
   *     understand the file
   */
  static SharedNamespaces foresee(
      SubjectDefinition subject, String name, Map<String, String> environment, TimeSource time) {
    if (!(subject.compose() instanceof ComposeSource.UserFile user)) {
      // Those that are shipped share none.
      return SharedNamespaces.NONE;
    }
    try {
      Map<String, String> variables = variables(name, Files.readString(user.path()), environment);
      ComposeProgram program = ComposeProgram.require(environment, time);
      return ComposeModel.read(subject, name, user.path(), program, variables, time).namespaces();
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, user.path() + " cannot be read: " + e, null, e);
    }
  }

  private static Path sourceFile(ComposeSource source, Path home) throws IOException {
    if (source instanceof ComposeSource.UserFile user) {
      return user.path();
    }
    Path file = home.resolve("shipped.yaml");
    Files.writeString(file, ((ComposeSource.Shipped) source).text());
    return file;
  }

  /**
   * Programs get none of evalctl's own variables, unless the file names them: {@code
   * EVALCTL_ETCD_IMAGE}.
   */
  private static Map<String, String> variables(
      String project, String text, Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.keySet().removeIf(key -> key.startsWith("EVALCTL_") && !text.contains(key));
    variables.put(MARKER, project);
    return variables;
  }

  static Map<String, String> containerNames(SubjectDefinition subject, String project) {
    Map<String, String> names = new LinkedHashMap<>();
    subject.nodeNames().forEach(node -> names.put(node, project + "-" + node));
    return names;
  }

  /** The container's name of each companion. */
  static Map<String, String> companionNames(SubjectDefinition subject, String project) {
    Map<String, String> names = new LinkedHashMap<>();
    subject.companions().keySet().forEach(service -> names.put(service, project + "-" + service));
    return names;
  }

  private static Map<String, String> allNames(SubjectDefinition subject, String project) {
    Map<String, String> names = containerNames(subject, project);
    names.putAll(companionNames(subject, project));
    return names;
  }

  private static Map<String, String> images(SubjectDefinition subject, ObjectNode model) {
    Map<String, String> images = new LinkedHashMap<>();
    subject
        .nodes()
        .forEach(
            node ->
                images.put(
                    node.name(),
                    model.path("services").path(node.service()).path("image").asText("")));
    return images;
  }

  String name() {
    return name;
  }

  Path file() {
    return file;
  }

  ProjectResources resources() {
    return resources;
  }

  /** Which nodes share namespaces with others. */
  SharedNamespaces namespaces() {
    return namespaces;
  }

  /** The image of each node by the name that the Compose file gives it; empty where it is built. */
  Map<String, String> images() {
    return Collections.unmodifiableMap(images);
  }

  /**
   * Starts all of it.
   *
   * @throws EvalctlException SUBJECT_START with Compose's own words
   */
  void up() {
    List<String> arguments =
        new ArrayList<>(List.of("-p", name, "-f", file.toString(), "up", "-d", "--remove-orphans"));
    ProgramEnd end =
        program.run(
            arguments,
            file.getParent(),
            variables(name, "", environment),
            Deadline.in(UP_LIMIT, time));
    if (end.exitCode() != 0) {
      throw new EvalctlException(
          ErrorCode.SUBJECT_START,
          "%s up failed%s: %s"
              .formatted(
                  String.join(" ", program.command()),
                  end.timedOut() ? " after " + UP_LIMIT.toMinutes() + " minutes" : "",
                  words(end)),
          "an image that cannot be pulled may be built (scripts/etcd-image) and named by a"
              + " variable; --keep-subject keeps the Compose file");
    }
    Set<String> made =
        resources.containers().stream().map(ContainerLook::service).collect(Collectors.toSet());
    for (NodeDefinition node : subject.nodes()) {
      if (!made.contains(node.service())) {
        throw new EvalctlException(
            ErrorCode.SUBJECT_START,
            "node %s: Compose started no container of service %s"
                .formatted(node.name(), node.service()),
            "does the Compose file start it by itself? --keep-subject keeps the run's own form");
      }
    }
  }

  /** Ends and removes all of it: containers, also orphaned ones, networks, volumes. */
  void down() {
    resources.remove(time);
  }

  /** The beginning and the end of what it complained of, without its tale of what went well. */
  static String words(ProgramEnd end) {
    String all = end.err().isBlank() ? end.out() : end.err();
    String complaint =
        all.lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !PROGRESS.matcher(line).lookingAt())
            .collect(Collectors.joining(" / "));
    String text = complaint.isEmpty() ? all.strip() : complaint;
    int half = MOST_WORDS / 2;
    return text.length() <= MOST_WORDS
        ? text
        : text.substring(0, half) + " ... " + text.substring(text.length() - half);
  }
}
