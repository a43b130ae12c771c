package io.evalctl.question;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something to ask, and what the answer must be to count as good.
 *
 * @param status the HTTP status or exit code it must have; null for any that means success
 */
public record Question(Ask ask, Integer status, List<Condition> conditions) {
  public Question {
    conditions = List.copyOf(conditions);
  }

  /** Why an answer is not good; nothing when it is. */
  public Optional<String> failure(Answer answer, Map<String, String> variables) {
    if (!(answer instanceof Answer.Given given)) {
      return Optional.of(answer.summary());
    }
    if (status == null ? !given.ok() : given.status() != status) {
      return Optional.of(given.summary());
    }
    return conditions.stream()
        .map(condition -> condition.failure(given.body(), variables))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
