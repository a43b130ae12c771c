package io.evalctl.llm;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Where a provider's API is.
 *
 * @param base without trailing slash
 * @param apiKey printable ASCII, or null
 */
record Endpoint(URI base, String apiKey) {

  /** A base URL with one of these at its end says which version, and is taken as it is. */
  private static final Pattern VERSIONED = Pattern.compile("/v\\d[\\w.]*(/openai)?$");

  /** The whole address of what is asked, as some providers give it. */
  private static final Pattern OPERATION = Pattern.compile("/(chat/completions|messages)$");

  /**
   * The address of what stands at {@code path} of the API.
   *
   * @param version what comes before the path where the base URL names no version: {@code /v1}
   */
  URI resolve(String version, String path) {
    String root = OPERATION.matcher(base.toString()).replaceFirst("");
    boolean whole = !root.equals(base.toString());
    return URI.create(root + (whole || VERSIONED.matcher(root).find() ? "" : version) + path);
  }

  /** Never prints the key. */
  @Override
  public String toString() {
    return "Endpoint[" + base + "]";
  }
}
