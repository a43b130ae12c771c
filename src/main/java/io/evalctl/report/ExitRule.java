package io.evalctl.report;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.ErrorKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a run that came to its end decides the exit code, the same for campaigns and evals: a
 * threshold that is given decides alone, but for that of errors, which can only be missed; without
 * one every sample of an eval has to pass, and of a campaign it is enough that its trials ran. A
 * run that did not come to its end has the code of the error that ended it.
 */
public final class ExitRule {
  private ExitRule() {}

  /**
   * @param thresholds that were given; empty when none was
   * @param passed what counts where none decides alone
   */
  public static int of(List<Threshold> thresholds, boolean passed) {
    boolean decided = thresholds.stream().anyMatch(Threshold::decides);
    boolean good = thresholds.stream().allMatch(Threshold::met) && (decided || passed);
    return good ? 0 : ErrorCode.THRESHOLD_NOT_MET.kind().exitCode();
  }

  /** What each exit code means, as help and README say it. */
  public static Map<String, String> table() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("0", "done, and passed");
    for (ErrorKind kind : ErrorKind.values()) {
      meanings.put(Integer.toString(kind.exitCode()), kind.meaning());
    }
    return meanings;
  }
}
