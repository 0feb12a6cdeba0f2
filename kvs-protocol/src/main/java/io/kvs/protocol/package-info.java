/// Buffers of bytes that were received and of bytes to send.
package io.kvs.protocol;
