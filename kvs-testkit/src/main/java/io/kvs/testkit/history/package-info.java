/// Recorded histories: what clients of a store asked and were answered, and whether a store that
/// does one thing after the other could have answered so.
package io.kvs.testkit.history;
