package io.evalctl.chaos;

/**
 * One direction of data between two places of a network, whoever opened the connection that carries
 * it.
 *
 * @param from where the data comes from
 * @param to where it goes
 */
public record Link(String from, String to) {
  /** The way back. */
  public Link reverse() {
    return new Link(to, from);
  }

  @Override
  public String toString() {
    return from + "->" + to;
  }
}
