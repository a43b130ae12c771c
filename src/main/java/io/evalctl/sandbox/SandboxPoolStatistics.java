package io.evalctl.sandbox;

/**
 * How a pool stands.
 *
 * @param idle ready to be used
 * @param inUse leased, or being reset
 * @param starting on their way
 * @param started how many have been started so far
 * @param discarded how many of these have been given up: lost, not resettable, or one too many
 */
public record SandboxPoolStatistics(
    int idle, int inUse, int starting, long started, long discarded) {}
