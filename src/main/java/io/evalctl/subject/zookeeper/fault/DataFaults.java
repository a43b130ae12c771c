package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.zookeeper.EnsembleHome;
import io.evalctl.subject.zookeeper.NodeHome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * data-corruption: SIGKILL to a node, then damage to its newest transaction log. The node does not
 * come back before the log is repaired or its data is removed; it then fetches all from the leader.
 *
 * <p>Both kinds are such that ZooKeeper 3.9 minds them. bitflip: one bit in the bytes of one
 * transaction, whose checksum then fails. (In the zeros behind the last transaction it would go
 * unnoticed; in the length of one, the server would take that for the log's end.) truncate: the
 * file ends in the middle of its header, as when the disk was full. (If it ends later, the server
 * takes what is missing for never written, and gets it from the leader.) Snapshots are never hit:
 * if the newest is bad, the server takes an older one.
 */
final class DataFaults extends FileFaults {
  private static final String BITFLIP = "bitflip";

  private final EnsembleHome home;
  private final Path backups;

  /**
   * @param backups directory for copies of what is damaged, out of the operators' sight; made when
   *     needed
   */
  DataFaults(EnsembleHome home, NodeProcesses processes, Path backups) {
    super(processes);
    this.home = home;
    this.backups = backups;
  }

  @Override
  public FaultPlan plan(FaultRequest request, Target target, RandomGenerator random) {
    NodeHome node = home.node(target.node());
    ObjectNode metadata = processes.of(target.node()).json();
    metadata.put("log", newestLog(node).getFileName().toString());
    metadata.put("kind", request.parameters().get("kind"));
    // The log grows until the node is dead: where to strike is drawn then, from this.
    metadata.put("seed", random.nextLong());
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  @Override
  public void inject(FaultPlan plan) {
    ObjectNode metadata = plan.metadata();
    NodeProcess struck = NodeProcess.of(metadata);
    processes.kill(struck);
    Path log = newestLog(home.node(struck.node()));
    byte[] original = FileContent.read(log);
    SplittableRandom random = new SplittableRandom(metadata.path("seed").asLong());
    byte[] damaged =
        metadata.path("kind").asText().equals(BITFLIP)
            ? flip(original, random, metadata)
            : truncate(original, random, metadata);
    Path backup = backups.resolve(struck.node() + "-" + log.getFileName());
    FileContent.replace(backup, original);
    metadata.put("log", log.getFileName().toString());
    metadata.put("backup", backup.toString());
    new DamagedFile(log, FileContent.digest(original), FileContent.digest(damaged)).addTo(metadata);
    FileContent.replace(log, damaged);
  }

  private static byte[] flip(byte[] original, RandomGenerator random, ObjectNode metadata) {
    List<TransactionLog.Range> records = TransactionLog.parse(original).records();
    TransactionLog.Range record = records.get(random.nextInt(records.size()));
    int offset = record.offset() + random.nextInt(record.length());
    int bit = random.nextInt(Byte.SIZE);
    byte[] damaged = original.clone();
    damaged[offset] ^= (byte) (1 << bit);
    metadata.put("offset", offset);
    metadata.put("bit", bit);
    return damaged;
  }

  private static byte[] truncate(byte[] original, RandomGenerator random, ObjectNode metadata) {
    int length = random.nextInt(1, TransactionLog.HEADER_BYTES);
    metadata.put("length", length);
    return Arrays.copyOf(original, length);
  }

  @Override
  byte[] original(JsonNode metadata) {
    return FileContent.read(Path.of(metadata.path("backup").asText()));
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    super.undo(type, metadata);
    if (metadata.has("backup")) {
      FileContent.delete(Path.of(metadata.path("backup").asText()));
    }
  }

  private static Path newestLog(NodeHome node) {
    return TransactionLog.newest(node.versionDir())
        .filter(log -> !TransactionLog.parse(FileContent.read(log)).records().isEmpty())
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.FAULT_NOT_INJECTED,
                    node.name() + " has no transaction in its newest log that could be damaged",
                    "write to the ensemble first"));
  }
}
