package io.evalctl.report;

/**
 * What a word of the reports means.
 *
 * @param term as it is shown
 * @param text one or two sentences
 */
public record Explanation(String term, String text) {}
