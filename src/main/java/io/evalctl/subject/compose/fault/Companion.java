package io.evalctl.subject.compose.fault;

/**
 * A container that is no node and takes part in a partition.
 *
 * @param container its name
 * @param side the node on whose side it always is; empty when it is outside of what is cut off
 */
public record Companion(String container, String side) {}
