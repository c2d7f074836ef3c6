package io.vigie.ingest;

/**
 * Where a raw record was read.
 *
 * @param name the topic, or the file as the user named it
 * @param partition the topic's partition; 0 for a file
 * @param position the offset in the partition, or the line of the file, counted from 1
 */
public record Origin(String name, int partition, long position) {}
