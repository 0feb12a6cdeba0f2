/// The server. A {@link io.kvs.server.KvsServer} serves an engine to clients that speak the
/// protocol of Redis or our own, on one port.
package io.kvs.server;
