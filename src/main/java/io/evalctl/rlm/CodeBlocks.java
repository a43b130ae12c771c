package io.evalctl.rlm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code in a model's answer: its fenced blocks of {@code repl} or {@code python}, in order.
 * Fences as in CommonMark 0.31 (a longer one holds shorter ones; a block of another language may
 * show ours without running it), at any depth of indentation, since models put code into lists.
 *
 * @param code what is to run
 * @param unfinished whether the text ends inside a block of ours; it is not in {@code code}
 * @param prose everything outside of blocks
 */
record CodeBlocks(List<String> code, boolean unfinished, String prose) {
  private static final Pattern OPEN = Pattern.compile("( *)(`{3,})\\s*([^`]*)");
  private static final Pattern CLOSE = Pattern.compile("( *)(`{3,})\\s*");
  private static final int MOST_EXTRA_INDENTATION = 3;

  CodeBlocks {
    code = List.copyOf(code);
  }

  static CodeBlocks in(String text) {
    List<String> code = new ArrayList<>();
    StringBuilder prose = new StringBuilder();
    StringBuilder block = null;
    boolean ours = false;
    int indentation = 0;
    int fence = 0;
    for (String line : text.lines().toList()) {
      if (block == null) {
        Matcher open = OPEN.matcher(line);
        if (open.matches()) {
          indentation = open.group(1).length();
          fence = open.group(2).length();
          ours = isOurs(open.group(3));
          block = new StringBuilder();
        } else {
          prose.append(line).append('\n');
        }
        continue;
      }
      Matcher close = CLOSE.matcher(line);
      if (close.matches()
          && close.group(2).length() >= fence
          && close.group(1).length() <= indentation + MOST_EXTRA_INDENTATION) {
        if (ours && !block.toString().isBlank()) {
          code.add(block.toString());
        }
        block = null;
      } else {
        block.append(line.substring(spaces(line, indentation))).append('\n');
      }
    }
    return new CodeBlocks(code, block != null && ours, prose.toString().strip());
  }

  private static boolean isOurs(String info) {
    String language = info.strip().split("[\\s{]", 2)[0].toLowerCase(Locale.ROOT);
    return language.equals("repl") || language.equals("python");
  }

  private static int spaces(String line, int most) {
    int count = 0;
    while (count < most && count < line.length() && line.charAt(count) == ' ') {
      count++;
    }
    return count;
  }
}
