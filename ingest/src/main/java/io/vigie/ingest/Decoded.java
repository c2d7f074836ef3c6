package io.vigie.ingest;

/** What a raw record became: an {@link Event} or a {@link Reject}. */
public sealed interface Decoded permits Event, Reject {}
