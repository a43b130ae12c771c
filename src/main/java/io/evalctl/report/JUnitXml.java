package io.evalctl.report;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.WritableFile;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** JUnit XML, the form that CI servers read (https://github.com/testmoapp/junitxml). */
final class JUnitXml {
  /** What a CI server makes of a case. */
  enum Verdict {
    PASSED,
    FAILURE,
    ERROR,
    SKIPPED
  }

  /**
   * @param message why it is not passed, or null
   */
  record Case(String name, Duration time, Verdict verdict, String message) {}

  record Suite(String name, String className, long id, Instant timestamp, List<Case> cases) {}

  private JUnitXml() {}

  /**
   * @throws EvalctlException FILE_UNWRITABLE with the reason
   */
  static void requireWritable(Path file) {
    WritableFile.refusal(file)
        .ifPresent(
            why -> {
              throw new EvalctlException(
                  ErrorCode.FILE_UNWRITABLE,
                  "JUnit XML " + file + " cannot be written: " + why,
                  "give --junit-xml a file in a directory that can be written to");
            });
  }

  static void write(List<Suite> suites, Path file) {
    try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(writer);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      xml.writeAttribute("name", "evalctl");
      for (Suite suite : suites) {
        write(xml, suite);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (IOException | XMLStreamException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "JUnit XML " + file + " cannot be written: " + e, null, e);
    }
  }

  private static void write(XMLStreamWriter xml, Suite suite) throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", printable(suite.name()));
    xml.writeAttribute("id", Long.toString(suite.id()));
    xml.writeAttribute("timestamp", suite.timestamp().toString());
    xml.writeAttribute("tests", Integer.toString(suite.cases().size()));
    xml.writeAttribute("errors", count(suite, Verdict.ERROR));
    xml.writeAttribute("failures", count(suite, Verdict.FAILURE));
    xml.writeAttribute("skipped", count(suite, Verdict.SKIPPED));
    for (Case one : suite.cases()) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", printable(suite.className()));
      xml.writeAttribute("name", printable(one.name()));
      xml.writeAttribute("time", seconds(one.time()));
      if (one.verdict() != Verdict.PASSED) {
        xml.writeStartElement(element(one.verdict()));
        xml.writeAttribute("message", printable(one.message()));
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String count(Suite suite, Verdict verdict) {
    return Long.toString(suite.cases().stream().filter(c -> c.verdict() == verdict).count());
  }

  private static String element(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  /** XML 1.0 has no place for most control characters, not even escaped. */
  private static String printable(String text) {
    return text == null
        ? ""
        : text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "?");
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
  }
}
