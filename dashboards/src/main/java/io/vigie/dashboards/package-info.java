/** What Elasticsearch and Kibana must know about Vigie's documents. */
@NullMarked
package io.vigie.dashboards;

import org.jspecify.annotations.NullMarked;
