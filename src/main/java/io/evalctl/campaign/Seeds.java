package io.evalctl.campaign;

import java.util.SplittableRandom;

/** Where every random choice of a campaign comes from. */
final class Seeds {
  /** Odd, irrational-like increment of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private Seeds() {}

  /** The seed of the n-th trial: the same in each arm, and the same after a resume. */
  static long ofTrial(long campaignSeed, int ordinal) {
    return new SplittableRandom(campaignSeed + GAMMA * ordinal).nextLong();
  }
}
