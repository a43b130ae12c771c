package io.evalctl.llm;

import java.net.URI;

/**
 * Where a provider's API is.
 *
 * @param base without trailing slash and version
 * @param apiKey printable ASCII, or null
 */
record Endpoint(URI base, String apiKey) {

  URI resolve(String path) {
    return URI.create(base + path);
  }

  /** Never prints the key. */
  @Override
  public String toString() {
    return "Endpoint[" + base + "]";
  }
}
