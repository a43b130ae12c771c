/**
 * The faults of a subject that runs in containers. Whatever is made here is told by its metadata
 * alone, so that any later process can look at it and undo it.
 */
package io.evalctl.subject.compose.fault;
