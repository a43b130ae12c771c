package io.evalctl.template;

/**
 * A template that a session uses.
 *
 * @param spec what it is made from
 * @param key all of its key
 * @param shared whether other sessions may come to the same key
 */
record PreparedTemplate(TemplateSpec spec, String key, boolean shared) {

  String name() {
    return DatabaseNames.template(key);
  }
}
