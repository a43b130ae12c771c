package io.evalctl.template;

/**
 * A template that a session uses.
 *
 * @param spec what it is made from
 * @param key all of its key
 */
record PreparedTemplate(TemplateSpec spec, String key) {

  /** Whether other sessions may come to the same key. */
  boolean shared() {
    return spec.shared();
  }

  String name() {
    return DatabaseNames.template(key);
  }
}
