package io.evalctl.session;

/** A migrated PostgreSQL database that is cloned for each case; owned by the {@link Session}. */
public interface TemplateDatabase extends AutoCloseable {
  @Override
  void close();
}
