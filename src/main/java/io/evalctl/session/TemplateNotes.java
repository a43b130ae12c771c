package io.evalctl.session;

import io.evalctl.template.ServerFacts;
import io.evalctl.template.TemplateListener;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Says in a line each what takes its time, and what went wrong, with databases. */
record TemplateNotes(Consumer<String> notes, Consumer<String> warnings)
    implements TemplateListener {

  @Override
  public void serverStarted(ServerFacts facts, Duration took) {
    notes.accept("PostgreSQL %s started in %s".formatted(facts.version(), seconds(took)));
  }

  @Override
  public void built(String template, Duration took) {
    notes.accept("template %s migrated in %s".formatted(template, seconds(took)));
  }

  @Override
  public void reused(String template) {
    notes.accept("template %s is there already".formatted(template));
  }

  @Override
  public void dropFailed(String database, String why) {
    notes.accept(
        "database %s could not be dropped (%s); evalctl template clean will"
            .formatted(database, why));
  }

  @Override
  public void note(String text) {
    notes.accept(text);
  }

  @Override
  public void warning(String text) {
    warnings.accept(text);
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.2fs", took.toNanos() / 1e9);
  }
}
