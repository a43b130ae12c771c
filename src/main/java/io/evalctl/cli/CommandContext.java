package io.evalctl.cli;

import io.evalctl.clock.TimeSource;
import io.evalctl.console.Io;
import io.evalctl.session.Paths;
import io.evalctl.session.Settings;

/** What every command is given. */
record CommandContext(Io io, TimeSource time, Paths paths, Settings settings) {}
