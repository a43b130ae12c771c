package io.evalctl.campaign;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import java.time.Duration;

/**
 * One chaos type of a plan; it becomes one row of {@code campaigns}.
 *
 * @param timeout how long each of its trials waits for the response
 */
public record ChaosStep(FaultRequest request, Duration timeout) {
  boolean quiet() {
    return request.type() == ChaosType.NONE;
  }
}
