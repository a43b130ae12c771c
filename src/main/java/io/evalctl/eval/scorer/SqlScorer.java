package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.text.Plural;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A query on the case's database as the task left it, in a read-only transaction that is rolled
 * back, with times in UTC. A query that fails is an error, not a score: it may be the task's doing
 * or the dataset's.
 *
 * @param check what its rows must be
 * @param timeout of each statement
 */
record SqlScorer(String label, String query, Check check, boolean ordered, Duration timeout)
    implements Scorer {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration SLACK = Duration.ofSeconds(5);
  private static final int MOST_ROWS = 100_000;
  private static final int FETCH = 1_000;

  /** Where rows come from. */
  private interface Source {
    SqlRows rows(String sql) throws SQLException;

    long count(String sql) throws SQLException;
  }

  /** What the rows must be. */
  sealed interface Check {
    /** These values; a missing node for what the case expects. */
    record Equals(JsonNode value) implements Check {}

    /** So many. */
    record Count(long rows) implements Check {}

    /** Those of another query. */
    record SameAs(String query) implements Check {}
  }

  static Scorer read(String label, Fields fields) {
    fields.knows("query", "equals", "rows", "sameAs", "ordered", "timeout");
    List<String> given = Stream.of("equals", "rows", "sameAs").filter(fields::has).toList();
    if (given.size() > 1) {
      fields.wrong("'" + String.join("' and '", given) + "' exclude each other", null);
    }
    if (fields.has("rows") && fields.has("ordered")) {
      fields.wrong("ordered", "means nothing to a number of rows", null);
    }
    Long rows = fields.whole("rows", 0, Long.MAX_VALUE);
    String other = fields.text("sameAs");
    Check check =
        rows != null
            ? new Check.Count(rows)
            : other != null ? new Check.SameAs(other) : new Check.Equals(fields.node("equals"));
    Duration timeout = fields.duration("timeout");
    return new SqlScorer(
        label,
        fields.requiredText("query"),
        check,
        fields.flag("ordered", false),
        timeout == null ? DEFAULT_TIMEOUT : timeout);
  }

  @Override
  public Score score(Evidence evidence) {
    QueryAnswers answers = evidence.queries();
    if (answers.databaseGone() && judgesWithout(answers)) {
      return again(answers, evidence);
    }
    try (Connection connection = evidence.database()) {
      long most =
          Math.max(1, Math.min(timeout.toMillis(), evidence.deadline().remaining().toMillis()));
      connection.setNetworkTimeout(
          Runnable::run, (int) Math.min(Integer.MAX_VALUE, most + SLACK.toMillis()));
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      try (Statement settings = connection.createStatement()) {
        settings.execute("SET LOCAL statement_timeout = " + most);
        settings.execute("SET LOCAL TIME ZONE 'UTC'");
        settings.execute("SET LOCAL intervalstyle = 'postgres'");
      }
      Score score = look(new Live(connection, evidence), evidence);
      connection.rollback();
      return score;
    } catch (SQLException e) {
      throw ScorerFailure.of(
          label,
          evidence,
          "could not look into the database: " + JsonValues.shown(String.valueOf(e.getMessage())),
          hint(e.getSQLState()),
          e);
    }
  }

  private static String hint(String state) {
    return switch (state == null ? "" : state) {
      case "42P01", "42703", "3F000" -> "the query names it wrongly, or the task has removed it";
      case "57014" -> "give the scorer a longer timeout; a lock that the task left can hold it too";
      case "25006" -> "a scorer only reads";
      default -> null;
    };
  }

  private Score again(QueryAnswers answers, Evidence evidence) {
    try {
      return look(
          new Source() {
            @Override
            public SqlRows rows(String sql) {
              return answers.rows(sql);
            }

            @Override
            public long count(String sql) {
              return answers.count(sql);
            }
          },
          evidence);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean judgesWithout(QueryAnswers answers) {
    return check instanceof Check.Count
        ? answers.count(query) != null
        : answers.rows(query) != null
            && !(check instanceof Check.SameAs other && answers.rows(other.query()) == null);
  }

  private Score look(Source source, Evidence evidence) throws SQLException {
    if (check instanceof Check.Count count) {
      long rows = source.count(query);
      return Score.of(rows == count.rows(), Plural.of(rows, "row") + ", expected " + count.rows());
    }
    SqlRows actual = source.rows(query);
    if (check instanceof Check.SameAs other) {
      return same(actual, source.rows(other.query()));
    }
    return equal(actual, Expected.of(((Check.Equals) check).value(), evidence));
  }

  /** The database itself; what it gives is kept. */
  private final class Live implements Source {
    private final Connection connection;
    private final Evidence evidence;

    private Live(Connection connection, Evidence evidence) {
      this.connection = connection;
      this.evidence = evidence;
    }

    @Override
    public long count(String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(FETCH);
        long rows = 0;
        try (ResultSet result = statement.executeQuery(sql)) {
          while (result.next()) {
            rows++;
          }
        }
        evidence.queries().keep(sql, rows);
        return rows;
      }
    }

    /** Without parameters, so that an operator with a question mark in it needs no escape. */
    @Override
    public SqlRows rows(String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(FETCH);
        try (ResultSet result = statement.executeQuery(sql)) {
          SqlRows rows = SqlRows.read(result, MOST_ROWS, () -> tooMany(evidence));
          evidence.queries().keep(sql, rows);
          return rows;
        }
      }
    }
  }

  private void tooMany(Evidence evidence) throws EvalctlException {
    throw ScorerFailure.of(
        label,
        evidence,
        "found more than " + MOST_ROWS + " rows to compare",
        "let the query aggregate them",
        null);
  }

  private Score equal(SqlRows actual, JsonNode wanted) {
    boolean fits =
        (actual.rows().size() == 1 && actual.fits(actual.rows().get(0), wanted))
            || (wanted.isArray() && fitsList(actual, wanted));
    return Score.of(
        fits, "the query gives " + shown(actual) + ", expected " + JsonValues.shown(wanted));
  }

  private boolean fitsList(SqlRows actual, JsonNode wanted) {
    if (actual.rows().size() != wanted.size()) {
      return false;
    }
    List<List<JsonNode>> left = new ArrayList<>(actual.rows());
    for (JsonNode row : wanted) {
      int found = -1;
      for (int i = 0; i < (ordered ? 1 : left.size()) && found < 0; i++) {
        found = actual.fits(left.get(i), row) ? i : -1;
      }
      if (found < 0) {
        return false;
      }
      left.remove(found);
    }
    return true;
  }

  private Score same(SqlRows actual, SqlRows other) {
    if (actual.columns().size() != other.columns().size()) {
      return Score.fail(
          "the query has "
              + actual.columns().size()
              + " columns, the other "
              + other.columns().size());
    }
    if (ordered) {
      for (int i = 0; i < Math.min(actual.rows().size(), other.rows().size()); i++) {
        List<JsonNode> row = actual.rows().get(i);
        List<JsonNode> wanted = other.rows().get(i);
        if (!SqlRows.key(row).equals(SqlRows.key(wanted))) {
          return Score.fail(
              "row "
                  + (i + 1)
                  + " is "
                  + SqlRows.shown(row)
                  + ", expected "
                  + SqlRows.shown(wanted));
        }
      }
      return sameCount(actual, other);
    }
    Map<String, Integer> surplus = new HashMap<>();
    actual.rows().forEach(row -> surplus.merge(SqlRows.key(row), 1, Integer::sum));
    Optional<List<JsonNode>> absent =
        other.rows().stream()
            .filter(row -> surplus.merge(SqlRows.key(row), -1, Integer::sum) < 0)
            .findFirst();
    if (absent.isPresent()) {
      return Score.fail("the query lacks the row " + SqlRows.shown(absent.get()));
    }
    return sameCount(actual, other);
  }

  private static Score sameCount(SqlRows actual, SqlRows other) {
    return Score.of(
        actual.rows().size() == other.rows().size(),
        Plural.of(actual.rows().size(), "row") + ", expected " + other.rows().size());
  }

  private static String shown(SqlRows actual) {
    return switch (actual.rows().size()) {
      case 0 -> "no row";
      case 1 -> SqlRows.shown(actual.rows().get(0));
      default -> actual.rows().size() + " rows, the first " + SqlRows.shown(actual.rows().get(0));
    };
  }

  @Override
  public boolean needsDatabase() {
    return true;
  }

  @Override
  public Optional<String> misfit(JsonNode expected) {
    return check instanceof Check.Equals equals
        ? Expected.misfit(equals.value(), expected)
        : Optional.empty();
  }
}
