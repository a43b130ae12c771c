package io.evalctl.chaos;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is asked of a {@link FaultInjector}.
 *
 * @param type which fault
 * @param target a node's name, leader, follower or any
 * @param parameters every parameter of the type, checked, defaults filled in
 */
public record FaultRequest(ChaosType type, String target, Map<String, String> parameters) {
  public FaultRequest {
    Map<String, String> checked = new LinkedHashMap<>();
    Map<String, String> given = new LinkedHashMap<>(parameters);
    for (ChaosParameter parameter : type.parameters()) {
      String value = given.remove(parameter.name());
      checked.put(
          parameter.name(),
          parameter.check(type, value == null ? parameter.defaultValue() : value));
    }
    if (!given.isEmpty()) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_PARAMETER,
          "chaos " + type + " has no parameter " + String.join(", ", given.keySet()),
          type.parameters().isEmpty()
              ? "it takes none"
              : "it takes "
                  + type.parameters().stream()
                      .map(ChaosParameter::name)
                      .collect(Collectors.joining(", ")));
    }
    if (checked.containsKey("min_ms")
        && Long.parseLong(checked.get("min_ms")) > Long.parseLong(checked.get("max_ms"))) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_PARAMETER,
          "chaos " + type + ": min_ms is greater than max_ms",
          "swap them");
    }
    parameters = Collections.unmodifiableMap(checked);
  }

  public long number(String parameter) {
    return Long.parseLong(parameters.get(parameter));
  }
}
