package io.evalctl.template;

/** A database that was cloned. */
record Clone(String name) {}
