package io.evalctl.eval;

import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import java.time.Duration;
import java.util.List;

/** Hears how a run goes on; from the thread that runs it. */
public interface EvalListener {
  /** Hears nothing. */
  EvalListener SILENT =
      new EvalListener() {
        @Override
        public void runStarted(EvalRunRow run, EvalPlan plan, List<EvalSampleRow> done) {}

        @Override
        public void activity(String caseName, int epoch, String what, Duration limit) {}

        @Override
        public void sampleFinished(EvalSampleRow sample) {}

        @Override
        public void runFinished(EvalRunRow run) {}

        @Override
        public void warning(String text) {}
      };

  /**
   * @param done samples that are there already, from an earlier run
   */
  void runStarted(EvalRunRow run, EvalPlan plan, List<EvalSampleRow> done);

  /**
   * @param what is being done, in a word or two
   * @param limit the longest it can take
   */
  void activity(String caseName, int epoch, String what, Duration limit);

  void sampleFinished(EvalSampleRow sample);

  void runFinished(EvalRunRow run);

  /** Something that the reader of the numbers should know. */
  void warning(String text);
}
