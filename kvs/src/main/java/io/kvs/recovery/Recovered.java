package io.kvs.recovery;

import io.kvs.RecoveryReport;
import io.kvs.commit.Catalog;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import java.util.List;

/// A store as {@link Recovery} found it, ready to be used.
///
/// @param catalog the manifest
/// @param segments all segments
/// @param keydir the index
/// @param hash the hash function of the keydir
/// @param writers writers of the segments that are not sealed, oldest first
/// @param nextBase the first free sequence number if there is no writer
/// @param durable records with a smaller sequence number are on stable storage
/// @param damage what was found damaged
/// @param report the same and more for the user
public record Recovered(
        Catalog catalog,
        SegmentTable segments,
        Keydir keydir,
        KeyHash hash,
        List<SegmentWriter> writers,
        long nextBase,
        long durable,
        Damage damage,
        RecoveryReport report) {}
