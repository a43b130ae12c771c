package io.evalctl.operator.runbook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What subject.json tells: the nodes, how their health is asked for, and the commands. Read with a
 * streaming parser, since data binding would take longer to load than all else the runbook does.
 * Immutable.
 *
 * @param clusterProbes of the whole
 * @param commands for each verb a command line for the shell, with {@code {node}} for the name
 */
record SubjectDescription(
    List<Node> nodes, List<WatchedProbe> clusterProbes, Map<String, String> commands) {

  /**
   * A node and how it is asked whether it serves: by its probes, or where it has none by the word
   * srvr at its client address.
   *
   * @param host of its client address; empty where it has probes
   * @param probes all of which must be good
   * @param leads tells whether it leads; null where nothing does
   */
  record Node(String name, String host, int port, List<WatchedProbe> probes, WatchedProbe leads) {
    Node {
      probes = List.copyOf(probes);
    }

    Node(String name, String host, int port) {
      this(name, host, port, List.of(), null);
    }
  }

  SubjectDescription {
    nodes = List.copyOf(nodes);
    clusterProbes = List.copyOf(clusterProbes);
    commands = Map.copyOf(commands);
  }

  /**
   * Reads the file.
   *
   * @throws EvalctlException FILE_UNREADABLE or INVALID_INPUT
   */
  static SubjectDescription read(Path file) {
    List<Node> nodes = new ArrayList<>();
    List<WatchedProbe> clusterProbes = new ArrayList<>();
    Map<String, String> commands = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
      parser.nextToken();
      Map<?, ?> json = ProbeReader.object(ProbeReader.tree(parser));
      for (Object node : ProbeReader.list(json.get("nodes"))) {
        nodes.add(node(ProbeReader.object(node)));
      }
      clusterProbes.addAll(ProbeReader.probes(json.get("clusterProbes")));
      ProbeReader.object(json.get("commands"))
          .forEach((verb, line) -> commands.put((String) verb, String.valueOf(line)));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "cannot read the subject's description " + file + ": " + e.getMessage(),
          "EVALCTL_RUN_SUBJECT_JSON must name the subject.json of a running subject",
          e);
    }
    if (nodes.isEmpty() || !commands.keySet().containsAll(List.of("status", "start", "restart"))) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          file + " does not name nodes and the commands status, start and restart",
          "EVALCTL_RUN_SUBJECT_JSON must name the subject.json of a running subject");
    }
    return new SubjectDescription(nodes, clusterProbes, commands);
  }

  String command(String verb, String node) {
    return commands.get(verb).replace("{node}", node);
  }

  private static Node node(Map<?, ?> fields) throws IOException {
    String name = ProbeReader.text(fields, "name");
    List<WatchedProbe> probes = ProbeReader.probes(fields.get("probes"));
    if (!probes.isEmpty()) {
      Map<?, ?> leads = ProbeReader.object(fields.get("leads"));
      return new Node(name, "", 0, probes, leads.isEmpty() ? null : ProbeReader.probe(leads));
    }
    String address = String.valueOf(ProbeReader.text(fields, "clientAddress"));
    int colon = address.lastIndexOf(':');
    try {
      return new Node(
          name,
          address.substring(0, Math.max(0, colon)),
          Integer.parseInt(address.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IOException("node " + name + " has no clientAddress HOST:PORT", e);
    }
  }
}
