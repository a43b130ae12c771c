package io.evalctl.llm;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a provider's API is.
 *
 * @param base without trailing slash, unless it is a whole address that ends in one
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
    Matcher operation = OPERATION.matcher(base.toString());
    if (!operation.find()) {
      String prefix = VERSIONED.matcher(base.toString()).find() ? "" : version;
      return URI.create(base + prefix + path);
    }
    return operation.group(1).equals(path) ? base : URI.create(operation.replaceFirst("") + path);
  }

  /** Never prints the key. */
  @Override
  public String toString() {
    return "Endpoint[" + base + "]";
  }
}
