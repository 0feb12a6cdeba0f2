package io.kvs.recovery;

import io.kvs.format.Manifest.Entry;
import java.util.List;

/// The tail of the log as its replay has found it.
///
/// @param segments those that have been written to, oldest first
/// @param unused those that have not
/// @param whole whether it goes on where it ends: nothing was cut off or put right
/// @param nextBase the sequence number behind its last record
/// @param durable the last sequence number up to which everything is known to be on stable storage
/// @param cutBytes how many bytes were cut off
/// @param gaps how many records a killed writer has left unfinished
record Tail(
        List<TailSegment> segments,
        List<Entry> unused,
        boolean whole,
        long nextBase,
        long durable,
        long cutBytes,
        int gaps) {}
