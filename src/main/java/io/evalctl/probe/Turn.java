package io.evalctl.probe;

import io.evalctl.llm.ChatResponse;
import java.math.BigDecimal;

/**
 * One prompt and its answer.
 *
 * @param number from 1
 * @param response the answer, possibly cut
 * @param fullBytes how long the answer was in UTF-8
 * @param truncated whether it was cut
 * @param cost in US dollars, or null when it is unknown
 */
record Turn(
    int number,
    String label,
    String prompt,
    String response,
    int fullBytes,
    boolean truncated,
    ChatResponse answer,
    BigDecimal cost) {}
