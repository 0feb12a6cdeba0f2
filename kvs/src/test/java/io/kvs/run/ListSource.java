package io.kvs.run;

import java.util.Arrays;
import java.util.List;

/// Entries in memory, as the unsorted end of the log will be.
final class ListSource implements EntrySource {
    private final List<RunEntry> entries;
    private final List<Long> segments;
    private int at;
    private int current;

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
        at = 0;
        while (at < entries.size() && Arrays.compareUnsigned(entries.get(at).key(), key) < 0) {
            at++;
        }
    }

    @Override
    public void seekEnd() {
        at = entries.size();
    }

    @Override
    public boolean next() {
        if (at == entries.size()) {
            return false;
        }
        current = at++;
        return true;
    }

    @Override
    public boolean previous() {
        if (at == 0) {
            return false;
        }
        current = --at;
        return true;
    }

    @Override
    public byte[] keyBytes() {
        return entries.get(current).key();
    }

    @Override
    public int keyFrom() {
        return 0;
    }

    @Override
    public int keyTo() {
        return keyBytes().length;
    }

    @Override
    public int segmentNumber() {
        return segments.indexOf(entries.get(current).segmentId());
    }

    @Override
    public long offset() {
        return entries.get(current).offset();
    }

    @Override
    public int valueLength() {
        return entries.get(current).valueLength();
    }

    @Override
    public boolean isTombstone() {
        return entries.get(current).tombstone();
    }

    @Override
    public boolean isExpiring() {
        return entries.get(current).expiring();
    }
}
