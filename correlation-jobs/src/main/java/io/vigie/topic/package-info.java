/** Topics of Kafka from which every process of the engine learns the same, outside of the job. */
@NullMarked
package io.vigie.topic;

import org.jspecify.annotations.NullMarked;
