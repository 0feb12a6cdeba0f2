package io.kvs;

import java.util.List;

/// What a verification read and found.
///
/// @param files how many files were read
/// @param records how many records were read
/// @param bytes how many bytes of segments were read
/// @param damage each damage with file and offset; empty for a sound store
public record VerifyReport(int files, long records, long bytes, List<CorruptionException> damage) {}
