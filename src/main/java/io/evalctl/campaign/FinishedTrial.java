package io.evalctl.campaign;

import io.evalctl.error.EvalctlException;
import io.evalctl.results.TrialRow;

/**
 * A trial that ran and is stored.
 *
 * @param failure why it is invalid, or null
 */
record FinishedTrial(TrialRow row, EvalctlException failure) {}
