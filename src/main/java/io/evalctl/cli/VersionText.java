package io.evalctl.cli;

import io.evalctl.session.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    BuildInfo build = BuildInfo.current();
    return new String[] {
      "evalctl %s (commit %s, JDK %s)".formatted(build.version(), build.commit(), build.jdk())
    };
  }
}
