/// Listening, connections, event loops. What the bytes mean is the affair of a {@link
/// io.kvs.server.net.Protocol}.
package io.kvs.server.net;
