package io.evalctl.console;

import org.jline.jansi.Ansi;

/** Colours for one stream; plain text when it has none. Immutable. */
public record Style(boolean enabled) {

  public String good(String text) {
    return paint(text, Ansi.Color.GREEN);
  }

  public String bad(String text) {
    return paint(text, Ansi.Color.RED);
  }

  public String warn(String text) {
    return paint(text, Ansi.Color.YELLOW);
  }

  public String accent(String text) {
    return paint(text, Ansi.Color.CYAN);
  }

  public String strong(String text) {
    return enabled ? new Ansi().bold().a(text).boldOff().toString() : text;
  }

  public String faint(String text) {
    return enabled ? new Ansi().a(Ansi.Attribute.INTENSITY_FAINT).a(text).reset().toString() : text;
  }

  private String paint(String text, Ansi.Color color) {
    return enabled ? new Ansi().fg(color).a(text).reset().toString() : text;
  }
}
