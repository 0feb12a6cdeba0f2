package io.kvs.segment;

import org.jspecify.annotations.Nullable;

/// Where a record lies.
///
/// @param segment its segment
/// @param offset its offset in it
public record Place(Segment segment, long offset) {

    /// Returns whether the record is newer than another one of the same key (FORMAT.md, "Rank").
    public boolean isNewerThan(@Nullable Place other) {
        if (other == null || segment.rank() != other.segment.rank()) {
            return other == null || segment.rank() > other.segment.rank();
        }
        return segment.id() == other.segment.id()
                ? offset > other.offset
                : segment.id() > other.segment.id();
    }

    /// Returns the pointer to the record.
    public long pointer() {
        return LogPointer.of(segment.number(), offset);
    }

    /// Returns the header of the record.
    public long header() {
        return segment.header(offset);
    }

    /// Returns the sequence number of the record.
    public long sequence() {
        return segment.sequence(offset, header());
    }

    /// Returns when the record expires; see {@link Segment#expiry}.
    public long expiry() {
        return segment.expiry(offset, header());
    }

    /// Returns whether the record has expired; see {@link Segment#isExpired}.
    public boolean isExpired(long nowMillis) {
        return segment.isExpired(offset, header(), nowMillis);
    }
}
