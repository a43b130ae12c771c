package io.evalctl.session;

/** Warm containers for code that a model wrote; owned by the {@link Session}. */
public interface ContainerPool extends AutoCloseable {
  @Override
  void close();
}
