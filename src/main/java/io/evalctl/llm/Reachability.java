package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the providers for which there is a key for the list of their models, which is free. Any
 * answer shows that they can be reached.
 */
public final class Reachability {

  /**
   * What one provider said.
   *
   * @param problem what is wrong, or null
   */
  public record Answer(Provider provider, boolean reachable, String problem) {}

  private final LlmSettings settings;

  public Reachability(LlmSettings settings) {
    this.settings = settings;
  }

  /**
   * One after the other.
   *
   * @param each how long to wait for each
   * @throws io.evalctl.error.EvalctlException {@code INTERRUPTED}
   */
  public List<Answer> ask(Duration each, TimeSource time) {
    List<Answer> answers = new ArrayList<>();
    try (HttpTransport transport = new UrlConnectionTransport(settings.proxies())) {
      for (Provider provider : Provider.hosted()) {
        if (settings.hasKey(provider)) {
          answers.add(ask(provider, transport, Deadline.in(each, time)));
        }
      }
    }
    return answers;
  }

  private Answer ask(Provider provider, HttpTransport transport, Deadline deadline) {
    try {
      HttpCall call = ProviderCodec.of(provider).listModels(settings.endpoint(provider));
      HttpReply reply = transport.send(call, deadline);
      return new Answer(provider, true, problem(reply, call.uri(), provider));
    } catch (LlmException e) {
      return new Answer(provider, false, e.error().message());
    }
  }

  private static String problem(HttpReply reply, URI asked, Provider provider) {
    if (reply.success()) {
      return null;
    }
    URI target = Addresses.redirect(reply, asked);
    return target == null
        ? "answered HTTP %d at %s".formatted(reply.status(), Addresses.shown(asked))
        : "answered HTTP %d, a redirect to %s; %s"
            .formatted(reply.status(), Addresses.shown(target), Addresses.hint(target, provider));
  }
}
