package io.evalctl.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.Json;
import io.evalctl.session.Diagnosis;
import java.util.List;
import java.util.Locale;

/** Prints what a machine offers. Returns exit codes. */
public final class DoctorPrinter {
  private final Io io;
  private final Style style;
  private final boolean json;

  public DoctorPrinter(Io io, Style style, boolean json) {
    this.io = io;
    this.style = style;
    this.json = json;
  }

  /** 0 when nothing that evalctl cannot do without is missing, else 4. */
  public int print(List<Diagnosis.Finding> findings) {
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      ArrayNode list = document.putArray("findings");
      for (Diagnosis.Finding finding : findings) {
        list.addObject()
            .put("topic", finding.topic())
            .put("state", finding.state().name().toLowerCase(Locale.ROOT))
            .put("detail", finding.detail());
      }
      io.out().println(document);
    } else {
      for (Diagnosis.Finding finding : findings) {
        io.out()
            .println("%s  %-22s %s".formatted(mark(finding), finding.topic(), finding.detail()));
      }
    }
    boolean broken =
        findings.stream().anyMatch(finding -> finding.state() == Diagnosis.State.BROKEN);
    return broken ? 4 : 0;
  }

  private String mark(Diagnosis.Finding finding) {
    return switch (finding.state()) {
      case PRESENT -> style.good("✓");
      case ABSENT -> style.faint("–");
      case BROKEN -> style.bad("✗");
    };
  }
}
