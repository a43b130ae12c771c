package io.evalctl.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFilesIT {
  private static final String WHOLE =
      """
      database: {migrations: db, seed: seed.sql}
      task: rlm
      scorers: [{type: json-schema, file: answer.json}]
      cases:
        - name: one
          fixture: fixtures/one.sql
          input: {question: q, documents: [docs/a.txt, docs/../docs/b.txt]}
        - {name: two, fixture: fixtures/one.sql, input: q}
      """;

  @TempDir Path place;
  private Path home;

  @BeforeEach
  void makeFiles() throws IOException {
    home = Files.createDirectories(place.resolve("home"));
    for (String name :
        new String[] {
          "db/V1__a.sql",
          "db/sub/V2__b.sql",
          "seed.sql",
          "fixtures/one.sql",
          "docs/a.txt",
          "docs/b.txt"
        }) {
      write(name, "-- " + name);
    }
    write("answer.json", "{\"type\": \"object\"}");
    Files.writeString(place.resolve("secret.sql"), "outside");
  }

  @Test
  void pathsAreRelativeToTheDataset() throws IOException {
    Dataset dataset = read(WHOLE);

    assertThat(dataset.directory()).isEqualTo(home);
    assertThat(dataset.file()).isEqualTo(home.resolve("d.yaml"));
    assertThat(dataset.name()).isEqualTo("d");
    assertThat(dataset.database().migrations()).isEqualTo(home.resolve("db"));
    assertThat(dataset.database().seed()).isEqualTo(home.resolve("seed.sql"));
    assertThat(dataset.cases().get(0).fixture()).isEqualTo(home.resolve("fixtures/one.sql"));
    assertThat(dataset.cases().get(0).documents())
        .containsExactly(home.resolve("docs/a.txt"), home.resolve("docs/b.txt"));
    assertThat(dataset.cases().get(1).fixture()).isEqualTo(home.resolve("fixtures/one.sql"));
  }

  @Test
  void theInputsOfAMigratorAreFilesGlobsAndDirectories() throws IOException {
    String text =
        """
        database: {migrations: {command: [make, db], inputs: %s}}
        cases: [{name: a, input: q, expected: 1}]
        """;
    Dataset dataset = read(text.formatted("[seed.sql, 'db/**/*.sql', docs]"));
    assertThat(dataset.database().inputs())
        .containsExactlyInAnyOrder(
            home.resolve("seed.sql"),
            home.resolve("db/V1__a.sql"),
            home.resolve("db/sub/V2__b.sql"),
            home.resolve("docs/a.txt"),
            home.resolve("docs/b.txt"));
    write("db/V1__a.sql", "changed");
    assertThat(read(text.formatted("[db]")).sha256())
        .isNotEqualTo(read(text.formatted("[docs]")).sha256());
    assertThatThrownBy(() -> read(text.formatted("['*.rb', none.txt, ../secret.sql]")))
        .hasMessageContaining("no file is like '*.rb'")
        .hasMessageContaining("there is no file 'none.txt'")
        .hasMessageContaining("outside the dataset's folder");
  }

  @Test
  void theHashCoversEveryNamedFile() throws IOException {
    String before = read(WHOLE).sha256();
    assertThat(read(WHOLE).sha256()).isEqualTo(before);

    for (String name :
        new String[] {
          "db/V1__a.sql",
          "db/sub/V2__b.sql",
          "seed.sql",
          "fixtures/one.sql",
          "docs/a.txt",
          "docs/b.txt"
        }) {
      write(name, "-- changed");
      assertThat(read(WHOLE).sha256()).as(name).isNotEqualTo(before);
      write(name, "-- " + name);
      assertThat(read(WHOLE).sha256()).as(name).isEqualTo(before);
    }
    write("db/V3__c.sql", "");
    assertThat(read(WHOLE).sha256()).isNotEqualTo(before);
  }

  @Test
  void whatIsNotThereIsToldWithItsLine() throws IOException {
    write("dump/toc.dat", "PGDMP");
    assertThatThrownBy(
            () ->
                read(
                    """
                    database: {migrations: db/none, seed: docs}
                    cases:
                      - {name: a, fixture: fixtures/none.sql, input: q, expected: 1}
                      - {name: b, fixture: fixtures, input: q, expected: 1}
                      - {name: c, fixture: dump, input: q, expected: 1}
                    """))
        .hasMessageContaining("line 1, database.migrations: there is no directory 'db/none'")
        .hasMessageContaining("line 5, cases[2].fixture: 'dump' is a directory-format dump")
        .hasMessageContaining("line 1, database.seed: 'docs' is no file")
        .hasMessageContaining("line 3, cases[0].fixture: there is no file 'fixtures/none.sql'")
        .hasMessageContaining("line 4, cases[1].fixture: 'fixtures' is no file");
  }

  @Test
  void whatIsOutsideIsRefusedUnlessAllowed() throws IOException {
    Files.createSymbolicLink(home.resolve("link.sql"), place.resolve("secret.sql"));
    Files.createSymbolicLink(home.resolve("up"), place);
    for (String path :
        new String[] {"../secret.sql", "link.sql", "up/secret.sql", place + "/secret.sql"}) {
      String text =
          "database: {}\ncases: [{name: a, input: q, expected: 1, fixture: '%s'}]".formatted(path);

      assertThatThrownBy(() -> read(text))
          .as(path)
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATASET);
                assertThat(e).hasMessageContaining("'" + path + "' is outside");
                assertThat(e.hint()).isEqualTo("--allow-outside permits it");
              });
      assertThat(DatasetReader.read(home.resolve("d.yaml"), true).cases()).hasSize(1);
    }
  }

  @Test
  void aLinkInTheMigrationsThatLeadsOutsideIsRefused() throws IOException {
    Files.createSymbolicLink(home.resolve("db/V9__x.sql"), place.resolve("secret.sql"));

    assertThatThrownBy(() -> read(WHOLE)).hasMessageContaining("'db/V9__x.sql' is outside");
  }

  @Test
  void aDatasetBehindALinkIsReadWhereItIsNamed() throws IOException {
    Files.createSymbolicLink(place.resolve("alias"), home);
    write("d.yaml", WHOLE);

    assertThat(DatasetReader.read(place.resolve("alias/d.yaml"), false).cases()).hasSize(2);
  }

  @Test
  void theOddFile() throws IOException {
    assertThatThrownBy(() -> DatasetReader.read(home, false))
        .hasMessageContaining("is a directory");
    assertThatThrownBy(() -> DatasetReader.read(home.resolve("none.yaml"), false))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNREADABLE));
    try (RandomAccessFile large = new RandomAccessFile(home.resolve("large.yaml").toFile(), "rw")) {
      large.setLength(65L << 20);
    }
    assertThatThrownBy(() -> DatasetReader.read(home.resolve("large.yaml"), false))
        .hasMessageContaining("has 65 MiB, and may have 64");
    assertThatThrownBy(() -> read("database: {}\ncases: [{name: a, input: q, fixture: \"a\\0b\"}]"))
        .hasMessageContaining("is no path");
    assertThatThrownBy(
            () ->
                read(
                    "cases: [{name: a, input: q, scorers: [{type: json-schema, file: seed.sql}]}]"))
        .hasMessageContaining("scorers[0].file: holds no JSON");
  }

  private Dataset read(String text) throws IOException {
    write("d.yaml", text);
    return DatasetReader.read(home.resolve("d.yaml"), false);
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
