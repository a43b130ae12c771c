package io.evalctl.session;

import io.evalctl.results.ResultsStore;
import io.evalctl.sandbox.ContainerPool;
import io.evalctl.template.TemplateDatabase;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the subcommands share: the template database, the container pool and the results store. Each
 * is opened on first use; {@link #close()} closes what was opened, in reverse order. One thread
 * uses it.
 */
public final class Session implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Part<ResultsStore> results;
  private final Part<TemplateDatabase> templateDatabase;
  private final Part<ContainerPool> containerPool;

  private Session(
      Supplier<ResultsStore> results,
      Supplier<TemplateDatabase> templateDatabase,
      Supplier<ContainerPool> containerPool) {
    this.results = new Part<>(results);
    this.templateDatabase = new Part<>(templateDatabase);
    this.containerPool = new Part<>(containerPool);
  }

  /** A session that keeps its results in this file, and has neither databases nor containers. */
  public static Session withResults(Path resultsStore) {
    return new Session(() -> ResultsStore.open(resultsStore), null, null);
  }

  /** A session that looks into this results store, and writes nothing. */
  public static Session reading(Path resultsStore) {
    return new Session(() -> ResultsStore.read(resultsStore), null, null);
  }

  /** A session with all its parts, each opened by its supplier when it is first asked for. */
  public static Session of(
      Path resultsStore,
      Supplier<TemplateDatabase> templateDatabase,
      Supplier<ContainerPool> containerPool) {
    return new Session(() -> ResultsStore.open(resultsStore), templateDatabase, containerPool);
  }

  public ResultsStore results() {
    return results.get();
  }

  /**
   * @throws IllegalStateException when this session was made without one
   */
  public TemplateDatabase templateDatabase() {
    return templateDatabase.get();
  }

  /** The template database, if it is open. */
  public Optional<TemplateDatabase> openTemplateDatabase() {
    return Optional.ofNullable(templateDatabase.value);
  }

  /** The container pool, if it is open. */
  public Optional<ContainerPool> openContainerPool() {
    return Optional.ofNullable(containerPool.value);
  }

  /**
   * @throws IllegalStateException when this session was made without one
   */
  public ContainerPool containerPool() {
    return containerPool.get();
  }

  /** Closes every part, also when one of them fails; the first failure is thrown at the end. */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        RuntimeException failure =
            e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private final class Part<T extends AutoCloseable> {
    private final Supplier<T> opener;
    private T value;

    Part(Supplier<T> opener) {
      this.opener = opener;
    }

    T get() {
      if (value == null) {
        if (opener == null) {
          throw new IllegalStateException("this session was made without that part");
        }
        value = opener.get();
        opened.push(value);
      }
      return value;
    }
  }
}
