package io.evalctl.report;

import io.evalctl.campaign.Outcome;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.results.TrialRow;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Trials as JUnit XML, the form that CI servers read (https://github.com/testmoapp/junitxml): a
 * suite for each campaign, a case for each trial. Invalid trials are errors, bad outcomes failures,
 * trials that count in no rate are skipped.
 */
public final class JUnitReport {
  private JUnitReport() {}

  public static void write(CampaignReport report, Path file) {
    try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(writer);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      xml.writeAttribute("name", "evalctl");
      for (CampaignReport.Entry entry : report.entries()) {
        suite(xml, entry);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (IOException | XMLStreamException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "JUnit XML " + file + " cannot be written: " + e, null, e);
    }
  }

  private static void suite(XMLStreamWriter xml, CampaignReport.Entry entry)
      throws XMLStreamException {
    List<TrialRow> trials = entry.trials();
    xml.writeStartElement("testsuite");
    xml.writeAttribute(
        "name",
        entry.summary().campaign().subjectName() + "." + entry.summary().campaign().chaosType());
    xml.writeAttribute("id", Long.toString(entry.summary().campaign().id()));
    xml.writeAttribute("timestamp", entry.summary().campaign().createdAt().toString());
    xml.writeAttribute("tests", Integer.toString(trials.size()));
    xml.writeAttribute("errors", count(trials, outcome -> outcome == Outcome.INVALID));
    xml.writeAttribute("failures", count(trials, Outcome::bad));
    xml.writeAttribute("skipped", count(trials, JUnitReport::skipped));
    for (TrialRow trial : trials) {
      testCase(xml, entry, trial);
    }
    xml.writeEndElement();
  }

  private static void testCase(XMLStreamWriter xml, CampaignReport.Entry entry, TrialRow trial)
      throws XMLStreamException {
    Outcome outcome = Outcome.parse(trial.outcome());
    xml.writeStartElement("testcase");
    xml.writeAttribute(
        "classname",
        "evalctl."
            + entry.summary().campaign().subjectName()
            + "."
            + entry.summary().campaign().chaosType());
    xml.writeAttribute(
        "name",
        "%s trial %d%s"
            .formatted(
                trial.arm(),
                trial.ordinal(),
                trial.attempt() > 1 ? " attempt " + trial.attempt() : ""));
    xml.writeAttribute("time", seconds(Duration.between(trial.startedAt(), trial.endedAt())));
    if (outcome == Outcome.INVALID) {
      element(xml, "error", trial.errorMessage());
    } else if (outcome.bad()) {
      element(xml, "failure", trial.outcome());
    } else if (skipped(outcome)) {
      element(xml, "skipped", trial.outcome());
    }
    xml.writeEndElement();
  }

  private static void element(XMLStreamWriter xml, String name, String message)
      throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeAttribute("message", printable(message));
    xml.writeEndElement();
  }

  /** XML 1.0 has no place for most control characters, not even escaped. */
  private static String printable(String text) {
    return text == null
        ? ""
        : text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "?");
  }

  private static boolean skipped(Outcome outcome) {
    return outcome == Outcome.NO_IMPACT || outcome == Outcome.LIFTED;
  }

  private static String count(
      List<TrialRow> trials, java.util.function.Predicate<Outcome> predicate) {
    return Long.toString(
        trials.stream().map(trial -> Outcome.parse(trial.outcome())).filter(predicate).count());
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
  }
}
