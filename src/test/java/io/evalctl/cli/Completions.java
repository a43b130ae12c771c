package io.evalctl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.campaign.Arm;
import io.evalctl.chaos.ChaosType;
import io.evalctl.llm.PriceTable;
import io.evalctl.session.Examples;
import io.evalctl.subject.compose.ShippedSubjects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes the completion script: picocli's for commands, options and values, and around it what
 * picocli knows nothing of: {@code --option=value}, lists with commas, and names with a colon,
 * which bash takes for two words.
 */
final class Completions {
  private static final String AROUND =
      """

      # The word at the cursor is looked at whole, and the last part of it completed.
      function _evalctl() {
        local line="${COMP_LINE:0:COMP_POINT}" head="" reply i
        local word="${line##*[[:space:]]}"
        local -a words replies
        read -r -a words <<< "$line"
        [ -n "$word" ] || words+=("")
        local piece="$word"
        if [[ "$piece" == --*=* ]]; then
          head="${piece%%=*}="
          piece="${piece#*=}"
          words=("${words[@]:0:${#words[@]}-1}" "${head%=}" "$piece")
        fi
        local option="${words[${#words[@]}-2]}"
        case "$option" in
          --chaos | --arms | --param)
            if [[ "$piece" == *,* ]]; then
              head="$head${piece%,*},"
              piece="${piece##*,}"
            fi
            ;;
        esac
        words=("${words[@]:0:${#words[@]}-1}" "$piece")
        local COMP_CWORD=$((${#words[@]} - 1))
        local -a COMP_WORDS=("${words[@]}")
        COMPREPLY=()
        _complete_evalctl
        # Readline puts a reply in the place of what follows the last of its own word breaks.
        local kept=""
        if [ -n "$BASH_VERSION" ] && [[ "$COMP_WORDBREAKS" == *:* ]]; then
          kept="${word%"${word##*[:=]}"}"
        fi
        for reply in "${COMPREPLY[@]}"; do
          reply="$head$reply"
          replies+=("${reply#"$kept"}")
        done
        COMPREPLY=("${replies[@]}")
        # A dataset, a subject or a mock model may be a file as well.
        if [ ${#COMPREPLY[@]} -eq 0 ] && [[ "$option" != -* || "$option" == --subject || "$option" == --model ]]; then
          type compopt &>/dev/null && compopt -o default
        fi
        return 0
      }
      complete -F _evalctl -o default evalctl
      """;

  private Completions() {}

  static String script(CommandLine evalctl) {
    suggest(evalctl);
    return AutoComplete.bash("evalctl", evalctl).stripTrailing() + "\n" + AROUND;
  }

  private static void suggest(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    for (OptionSpec option : new ArrayList<>(spec.options())) {
      List<String> values = values(spec, option, option.longestName());
      if (!values.isEmpty()) {
        spec.remove(option);
        spec.addOption(OptionSpec.builder(option).completionCandidates(values).build());
      }
    }
    for (PositionalParamSpec word : new ArrayList<>(spec.positionalParameters())) {
      List<String> values = values(spec, word, word.paramLabel());
      if (!values.isEmpty()) {
        spec.remove(word);
        spec.addPositional(PositionalParamSpec.builder(word).completionCandidates(values).build());
      }
    }
    command.getSubcommands().values().forEach(Completions::suggest);
  }

  private static List<String> values(CommandSpec spec, ArgSpec arg, String name) {
    return switch (name) {
      case "--chaos" -> Arrays.stream(ChaosType.values()).map(ChaosType::label).toList();
      case "--param" -> parameters();
      case "--subject" ->
          Stream.concat(Stream.of("zookeeper"), ShippedSubjects.names().stream()).toList();
      case "--target" -> List.of("any", "leader", "follower", "zk1", "zk2", "zk3");
      case "--arms" -> Arrays.stream(Arm.values()).map(Arm::label).toList();
      case "--agent" -> List.of("runbook", "none", "external", "exec:");
      case "--epochs-reducer" -> List.of("mean", "median", "mode", "max", "pass@5", "pass^5");
      case "--model" -> models(spec.name().equals("eval"));
      case "DATASET" -> Examples.names();
      // Words that stand for themselves, as in docker|local; what is in capitals stands for
      // another.
      default ->
          arg.paramLabel().contains("|")
              ? Stream.of(arg.paramLabel().split("\\|")).filter(Completions::literal).toList()
              : List.of();
    };
  }

  private static boolean literal(String word) {
    return word.matches("[a-z]+");
  }

  private static List<String> parameters() {
    return Arrays.stream(ChaosType.values())
        .flatMap(type -> type.parameters().stream())
        .flatMap(
            parameter ->
                (parameter.choices().isEmpty()
                        ? Stream.of(parameter.defaultValue())
                        : parameter.choices().stream())
                    .map(value -> parameter.name() + "=" + value))
        .distinct()
        .toList();
  }

  /** Those whose price is known. */
  private static List<String> models(boolean none) {
    try (InputStream table = PriceTable.class.getResourceAsStream("prices.json")) {
      JsonNode prices = new ObjectMapper().readTree(table);
      return Stream.concat(
              none ? Stream.of("none") : Stream.of(),
              StreamSupport.stream(prices.path("models").spliterator(), false)
                  .map(entry -> entry.path("model").asText()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
