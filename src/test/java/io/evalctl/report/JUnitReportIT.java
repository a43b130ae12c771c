package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.Outcome;
import io.evalctl.results.RunReference;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class JUnitReportIT {
  @TempDir Path directory;

  @Test
  void writesWhatAnXmlParserReads() throws Exception {
    Path file = directory.resolve("junit.xml");
    JUnitReport.write(
        ReportFixtures.report(
            CampaignSummaryTest.CAMPAIGN,
            List.of(
                TrialRows.of(Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L),
                TrialRows.of(Arm.AGENT, 2, Outcome.FALSE_RESOLVE, 400L, null),
                TrialRows.of(Arm.AGENT, 3, Outcome.NO_IMPACT, null, null),
                TrialRows.of(Arm.AGENT, 4, Outcome.INVALID, null, null))),
        List.of(
            new Threshold("fail-under", RunReference.campaign(7), 0.9, 0.5, false, "50% < 90%"),
            new Threshold("max-ttr", RunReference.campaign(7), 5000, 1200.0, true, "not said"),
            new Threshold("max-ttr", RunReference.campaign(8), 5000, 9000.0, false, "another's")),
        file);

    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("name")).isEqualTo("zookeeper.node-kill");
    assertThat(suite.getAttribute("tests")).as("with its two thresholds").isEqualTo("6");
    assertThat(suite.getAttribute("failures")).isEqualTo("2");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    Element missed = (Element) document.getElementsByTagName("failure").item(1);
    assertThat(missed.getAttribute("message")).isEqualTo("50% < 90%");
    assertThat(((Element) missed.getParentNode()).getAttribute("name"))
        .isEqualTo("threshold fail-under");
    Element error = (Element) document.getElementsByTagName("error").item(0);
    assertThat(error.getAttribute("message")).isEqualTo("zk1 <did> not? start");
    Element first = (Element) document.getElementsByTagName("testcase").item(0);
    assertThat(first.getAttribute("time")).isEqualTo("6.000");
  }
}
