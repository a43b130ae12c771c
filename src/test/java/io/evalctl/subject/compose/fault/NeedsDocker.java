package io.evalctl.subject.compose.fault;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skipped, with the reason, where no engine answers, its image is not there, or without root. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDocker.Condition.class)
@interface NeedsDocker {
  /** The condition. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      try {
        if (FaultyCluster.tryRun("docker", "image", "inspect", FaultyCluster.IMAGE) != 0) {
          return ConditionEvaluationResult.disabled(
              "no engine answers, or it has no image " + FaultyCluster.IMAGE);
        }
        if (FaultyCluster.tryRun("sh", "-c", "test $(id -u) = 0 && command -v iptables tc nsenter")
            != 0) {
          return ConditionEvaluationResult.disabled("root, iptables, tc and nsenter are needed");
        }
        return ConditionEvaluationResult.enabled("an engine answers");
      } catch (IllegalStateException e) {
        return ConditionEvaluationResult.disabled("there is no docker command");
      }
    }
  }
}
