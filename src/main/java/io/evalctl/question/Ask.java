package io.evalctl.question;

import java.util.List;
import java.util.Map;

/** How something is asked of a node. Immutable; the templates may use {@code {{node}}} and more. */
public sealed interface Ask {

  /**
   * An HTTP request to a published port.
   *
   * @param port the name of one of the node's ports
   * @param body null for none
   */
  record Http(
      String port, String method, Template path, Map<String, Template> headers, Template body)
      implements Ask {
    public Http {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * A connection to a published port. Where nothing is sent and nothing is read it must stay open
   * for a moment: a proxy of the engine takes connections also for a program that does not, and
   * closes them at once.
   *
   * @param send null to send nothing
   * @param until reading ends when this regular expression is found in what came; null for the end
   *     of a line
   * @param reads whether anything is to be read
   */
  record Tcp(String port, Template send, String until, boolean reads) implements Ask {
    /** Only the connection. */
    public Tcp(String port) {
      this(port, null, null, false);
    }
  }

  /** A program run in the node's container. */
  record Exec(List<Template> command) implements Ask {
    public Exec {
      command = List.copyOf(command);
    }
  }
}
