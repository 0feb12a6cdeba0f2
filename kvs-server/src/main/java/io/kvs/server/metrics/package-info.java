/// Figures of what the server does.
package io.kvs.server.metrics;
