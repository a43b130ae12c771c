package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.JsonNode;

/** Something that evalctl saw happen in an operator's database after the mark. Immutable. */
public sealed interface OperatorEvent {

  /** When evalctl saw it. */
  Sighting sighting();

  /** A new ticket. */
  record TicketOpened(Sighting sighting, String ticket) implements OperatorEvent {}

  /**
   * A ticket changed its status, or one from before the mark was seen again.
   *
   * @param status the status it has now
   */
  record TicketUpdated(Sighting sighting, String ticket, String status) implements OperatorEvent {}

  /** A ticket is resolved for the first time. */
  record TicketResolved(Sighting sighting, String ticket) implements OperatorEvent {}

  /** A tool_call was logged. */
  record CommandLogged(Sighting sighting, String toolName, JsonNode toolParams)
      implements OperatorEvent {}
}
