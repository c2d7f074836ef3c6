package io.vigie.release;

import java.util.UUID;

/**
 * A publication as it was found in the topic, complete.
 *
 * @param id tells publications apart
 * @param publication empty where there is a fault
 * @param fault why the publication cannot be read; empty where it can
 */
public record Said(UUID id, Publication publication, String fault) {}
