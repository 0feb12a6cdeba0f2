package io.kvs;

import java.util.List;

/// What opening found and did.
///
/// @param replayedBytes bytes of the log that had to be read because no run lists them
/// @param cutBytes bytes at the end of the log that an interrupted write or a power cut left
///   incomplete, and that were cut off; none of them was acknowledged as durable
/// @param gaps records that a killed writer never finished, and that were skipped; none of them was
///   acknowledged
/// @param rebuiltRuns runs that were missing or damaged and were made again from the log
/// @param damage what was found damaged: records, whose keys then raise {@link
///   CorruptionException}, and what could be put right and costs nothing, as the message says
public record RecoveryReport(
        long replayedBytes,
        long cutBytes,
        int gaps,
        int rebuiltRuns,
        List<CorruptionException> damage) {}
