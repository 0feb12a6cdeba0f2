/// Threads for work that takes long: one interface, several ways to share the work.
package io.kvs.server.pool;
