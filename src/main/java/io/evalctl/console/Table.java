package io.evalctl.console;

import java.util.ArrayList;
import java.util.List;

/** A plain text table: columns as wide as their widest cell, two spaces between them. */
public final class Table {
  /** On which side of its column a cell stands. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private record Column(String title, Align align) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  public Table column(String title, Align align) {
    columns.add(new Column(title, align));
    return this;
  }

  /** Adds a row; there must be as many cells as columns. */
  public Table row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells for " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Prints it to standard output, its head emphasised. */
  void print(Io io, Style style) {
    List<String> lines = lines();
    io.out().println(style.strong(lines.get(0)));
    lines.stream().skip(1).forEach(io.out()::println);
  }

  /** The lines, the titles first. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line(columns.stream().map(Column::title).toList()));
    rows.forEach(row -> lines.add(line(row)));
    return lines;
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String padding = " ".repeat(width(i) - length(cell));
      line.append(i == 0 ? "" : "  ")
          .append(columns.get(i).align() == Align.RIGHT ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int widest = length(columns.get(column).title());
    for (List<String> row : rows) {
      widest = Math.max(widest, length(row.get(column)));
    }
    return widest;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
