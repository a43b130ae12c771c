import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What all benchmarks behind scripts/bench share: a figure is one JSON line. */
public final class Figures {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Figures() {}

  /**
   * @param limit that the ratio is to keep to; 0 for none
   */
  public static ObjectNode figure(String name, double ratio, String unit, double limit) {
    ObjectNode line =
        JSON.createObjectNode().put("figure", name).put("ratio", round(ratio)).put("unit", unit);
    return limit == 0 ? line : line.put("limit", limit);
  }

  public static void print(ObjectNode line) {
    System.out.println(line);
  }

  public static double median(List<Double> values) {
    return percentile(values, 0.5);
  }

  public static double percentile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * part));
  }

  /** To three decimals. */
  public static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** A directory with all that is in it. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
