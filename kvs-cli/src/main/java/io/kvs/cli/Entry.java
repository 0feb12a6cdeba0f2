package io.kvs.cli;

/// A key and its value on their way in or out.
record Entry(byte[] key, byte[] value) {}
