/// The bytes of a connection on their way through its socket, plain or by TLS; for both ends.
package io.kvs.transport;
