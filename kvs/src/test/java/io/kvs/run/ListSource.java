package io.kvs.run;

import java.util.Arrays;
import java.util.List;

/// Entries in memory, as the unsorted end of the log will be. Has those decoded with the numbers
/// `[from, to)`.
final class ListSource extends EntrySource {
    private static final int DECODED_MAX = 3;

    private final List<RunEntry> entries;
    private final List<Long> segments;
    private int from;
    private int to;

    ListSource(List<RunEntry> entries) {
        this.entries = entries;
        this.segments = entries.stream().map(RunEntry::segmentId).distinct().toList();
    }

    @Override
    public int segments() {
        return segments.size();
    }

    @Override
    public long segmentId(int number) {
        return segments.get(number);
    }

    @Override
    public void seek(byte[] key) {
        int at = 0;
        while (at < entries.size() && Arrays.compareUnsigned(entries.get(at).key(), key) < 0) {
            at++;
        }
        goTo(at);
    }

    @Override
    public void seekEnd() {
        goTo(entries.size());
    }

    private void goTo(int at) {
        from = at;
        to = at;
        interval().clear();
        stand(0);
    }

    @Override
    boolean decodeNext(Interval interval) {
        return decode(to, Math.min(to + DECODED_MAX, entries.size()), interval);
    }

    @Override
    boolean decodePrevious(Interval interval) {
        return decode(Math.max(0, from - DECODED_MAX), from, interval);
    }

    private boolean decode(int first, int end, Interval interval) {
        if (first == end) {
            return false;
        }
        interval.clear();
        for (RunEntry entry : entries.subList(first, end)) {
            interval.add(
                    0,
                    entry.key(),
                    0,
                    entry.key().length,
                    segments.indexOf(entry.segmentId()),
                    entry.offset() >>> 3,
                    LengthAndKind.of(entry.valueLength(), entry.tombstone(), entry.expiring()));
        }
        from = first;
        to = end;
        return true;
    }
}
