/** Reference data on its way: from files and topics of Kafka to whoever enriches events. */
@NullMarked
package io.vigie.reference;

import org.jspecify.annotations.NullMarked;
