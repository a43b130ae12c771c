package io.evalctl.eval.dataset.source;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A dataset file as it was written.
 *
 * @param root an object; of a file with a case a line, one with just {@code cases}
 * @param perLine whether each line was a case of its own
 */
public record Document(JsonNode root, Lines lines, boolean perLine, byte[] bytes) {}
