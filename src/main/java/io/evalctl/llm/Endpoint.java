package io.evalctl.llm;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a provider's API is.
 *
 * @param base without trailing slash, unless it is a whole address that ends in one; with a query,
 *     which may be a secret, only where it is a whole address
 * @param apiKey printable ASCII, or null
 */
record Endpoint(URI base, String apiKey) {

  /** A base URL with one of these at its end says which version, and is taken as it is. */
  private static final Pattern VERSIONED = Pattern.compile("/v\\d[\\w.]*(/openai)?$");

  /** The whole address of what is asked, as some providers give it. */
  static final Pattern OPERATION = Pattern.compile("(/(?:chat/completions|messages))(/?)$");

  /**
   * The address of what stands at {@code path} of the API.
   *
   * @param version what comes before the path where the base URL names no version: {@code /v1}
   */
  URI resolve(String version, String path) {
    String query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
    String address = base.toString().substring(0, base.toString().length() - query.length());
    Matcher operation = OPERATION.matcher(address);
    if (!operation.find()) {
      String prefix = VERSIONED.matcher(address).find() ? "" : version;
      return URI.create(address + prefix + path + query);
    }
    return operation.group(1).equals(path)
        ? base
        : URI.create(operation.replaceFirst("") + path + query);
  }

  /** Never prints the key, nor the query. */
  @Override
  public String toString() {
    return "Endpoint[" + Addresses.shown(base) + "]";
  }
}
