package io.evalctl.template;

import java.util.Arrays;
import java.util.Optional;

/**
 * The connection parameters that libpq and the JDBC driver both know, by their three names.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html">libpq</a>
 * @see <a href="https://jdbc.postgresql.org/documentation/use/">the driver</a>
 */
enum ConnectionParameter {
  SSL_MODE("sslmode", "sslmode", "PGSSLMODE"),
  SSL_ROOT_CERTIFICATE("sslrootcert", "sslrootcert", "PGSSLROOTCERT"),
  SSL_CERTIFICATE("sslcert", "sslcert", "PGSSLCERT"),
  SSL_KEY("sslkey", "sslkey", "PGSSLKEY"),
  CHANNEL_BINDING("channel_binding", "channelBinding", "PGCHANNELBINDING"),
  CONNECT_TIMEOUT("connect_timeout", "connectTimeout", "PGCONNECT_TIMEOUT"),
  APPLICATION_NAME("application_name", "ApplicationName", "PGAPPNAME"),
  GSS_ENCRYPTION("gssencmode", "gssEncMode", "PGGSSENCMODE"),
  KERBEROS_SERVICE("krbsrvname", "kerberosServerName", "PGKRBSRVNAME"),
  REQUIRE_AUTHENTICATION("require_auth", "requireAuth", "PGREQUIREAUTH"),
  SSL_NEGOTIATION("sslnegotiation", "sslNegotiation", "PGSSLNEGOTIATION"),
  OPTIONS("options", "options", "PGOPTIONS");

  private final String libpq;
  private final String property;
  private final String variable;

  ConnectionParameter(String libpq, String property, String variable) {
    this.libpq = libpq;
    this.property = property;
    this.variable = variable;
  }

  /** The key in a connection URL. */
  String libpq() {
    return libpq;
  }

  /** The driver's property. */
  String property() {
    return property;
  }

  /** The environment variable. */
  String variable() {
    return variable;
  }

  static Optional<ConnectionParameter> ofLibpq(String name) {
    return Arrays.stream(values()).filter(value -> value.libpq.equals(name)).findFirst();
  }

  static Optional<ConnectionParameter> ofProperty(String name) {
    return Arrays.stream(values()).filter(value -> value.property.equals(name)).findFirst();
  }
}
