/// The built-in compression.
package io.kvs.lz4;
