package io.evalctl.template;

import java.util.List;

/**
 * A database that was cloned.
 *
 * @param hidden what {@link DatabaseProperties#unhide} is to run in each session
 */
record Clone(String name, List<String> hidden) {}
