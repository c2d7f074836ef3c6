/**
 * The servers that the demo and the tests start on this machine: the real Kafka broker inside this
 * JVM and the real Elasticsearch as a child process. Both listen on loopback only and end with this
 * JVM, however it ends.
 */
@NullMarked
package io.vigie.embedded;

import org.jspecify.annotations.NullMarked;
