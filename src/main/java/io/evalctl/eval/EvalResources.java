package io.evalctl.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.llm.ChatModels;
import io.evalctl.sandbox.SandboxSource;
import io.evalctl.template.TemplateDatabase;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What runs stand on. Each part is opened when it is first asked for; who made this closes it.
 *
 * @param runId marks the programs of the run in their environment
 * @param directory for files that live as long as the run
 * @param traces where the steps of tasks are written down, and stay
 * @param facts what is known of the parts that are open, for the record
 */
public record EvalResources(
    String runId,
    ChatModels models,
    Supplier<TemplateDatabase> databases,
    Supplier<SandboxSource> sandboxes,
    Path directory,
    Path traces,
    Supplier<ObjectNode> facts) {}
