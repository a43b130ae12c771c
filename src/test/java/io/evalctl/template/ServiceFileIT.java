package io.evalctl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libpq's files of services and of passwords. */
class ServiceFileIT {
  @TempDir Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void files() throws IOException {
    environment.put("HOME", home.toString());
    Files.writeString(
        home.resolve(".pg_service.conf"),
        """
        # ours
        [other]
        host=elsewhere

        [lab]
        host=h1,h2
        port = 6000
        dbname=lab db
        user=me
        sslmode=require
        target_session_attrs=primary
        [nested]
        service=lab
        [crl]
        sslcrl=x
        """);
    Files.writeString(
        home.resolve(".pgpass"),
        """
        # h1:6000:*:me:no
        h2:6000:other:me:wrong
        h1:6000:lab db:me:pass\\:word
        *:*:*:me:any
        """);
    Files.setPosixFilePermissions(
        home.resolve(".pgpass"), PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aServiceAndItsPasswordsAreFound() {
    environment.put("PGSERVICE", "lab");
    // A service counts more than the environment, and what is given more than a service.
    environment.put("PGHOST", "nowhere");
    ServerChoice.External lab = choice("env");
    assertThat(lab.address())
        .isEqualTo(
            new ServerAddress(
                "h1", 6000, "lab db", "me", "pass:word", Map.of("sslmode", "require")));
    assertThat(lab.others())
        .containsExactly(
            new ServerAddress("h2", 6000, "lab db", "me", "any", Map.of("sslmode", "require")));
    environment.remove("PGSERVICE");
    assertThat(choice("postgresql://x@h3/db?service=lab").address())
        .isEqualTo(new ServerAddress("h3", 6000, "db", "x", null, Map.of("sslmode", "require")));
  }

  @Test
  void anotherFileCanBeNamed() throws IOException {
    environment.put("PGSERVICE", "far");
    assertThatThrownBy(() -> choice("env"))
        .hasMessageContaining("there is no service 'far' in " + home.resolve(".pg_service.conf"));
    Path file = Files.writeString(home.resolve("services"), "[far]\nhost=far.example\nuser=u\n");
    environment.put("PGSERVICEFILE", file.toString());
    assertThat(choice("env").address().label()).isEqualTo("far.example:5432");
    environment.put("PGPASSFILE", home.resolve("none").toString());
    assertThatThrownBy(() -> choice("env")).hasMessageContaining("there is no password file");
    Path open = Files.writeString(home.resolve("open"), "*:*:*:u:p\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    environment.put("PGPASSFILE", open.toString());
    assertThatThrownBy(() -> choice("env")).hasMessageContaining("others may read password file");
  }

  @Test
  void whatCannotBeFollowedIsRefused() {
    environment.put("PGSERVICE", "nested");
    assertThatThrownBy(() -> choice("env")).hasMessageContaining("line 13: service 'nested'");
    environment.put("PGSERVICE", "crl");
    assertThatThrownBy(() -> choice("env"))
        .hasMessageContaining("service 'crl' has the parameter 'sslcrl'");
  }

  private ServerChoice.External choice(String pg) {
    return (ServerChoice.External) ServerChoice.parse(pg, environment);
  }
}
