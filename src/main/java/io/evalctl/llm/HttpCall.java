package io.evalctl.llm;

import java.net.URI;
import java.util.Map;

/**
 * One HTTP request.
 *
 * @param body null for a request without one
 */
record HttpCall(String method, URI uri, Map<String, String> headers, byte[] body) {

  /** Never prints headers, which hold the key. */
  @Override
  public String toString() {
    return method + " " + uri;
  }
}
