package io.kvs.transaction;

import io.kvs.Cursor;
import io.kvs.Scan;
import io.kvs.WriteBatch.Operation;
import io.kvs.tree.Walk;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is stored, with the transaction's own writes laid over it.
///
/// It knows how far it has come. What has been returned up to a key says something about every key
/// up to there, also about those that are absent; what was looked at beyond, to merge, says
/// nothing.
final class TransactionCursor implements Cursor {
    private static final byte[] SMALLEST = {};

    private final Scan scan;
    private final Cursor stored;
    private final Walk<Operation> own;
    private final ReadSet reads;
    private final Consumer<TransactionCursor> closing;

    private byte @Nullable [] storedKey;
    private boolean storedIsPresent;
    private byte @Nullable [] presentKey;
    private byte @Nullable [] ownValue;

    private boolean started;
    private boolean ended;
    private boolean closed;
    private long count;
    private byte @Nullable [] lastKey;
    private boolean reachedBound;

    /// Makes one.
    ///
    /// @param stored what is stored
    /// @param own the transaction's own writes
    /// @param reads takes over at once when what is returned expires
    /// @param closing takes over what the cursor has gone through, when it is closed
    TransactionCursor(
            Scan scan,
            Cursor stored,
            Walk<Operation> own,
            ReadSet reads,
            Consumer<TransactionCursor> closing) {
        this.reads = reads;
        this.scan = scan;
        this.stored = stored;
        this.own = own;
        this.closing = closing;
    }

    @Override
    public boolean next() {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
        if (ended) {
            return false;
        }
        if (count == scan.limit()) {
            return end();
        }
        advance();
        while (storedKey != null || own.isAtKey()) {
            int order = order();
            if (order < 0) {
                storedIsPresent = true;
                stored.expiry().ifPresent(expiry -> reads.addExpiry(expiry.toEpochMilli()));
                return present(storedKey, null);
            }
            if (order == 0) {
                advanceStored();
            }
            Operation write = own.value();
            own.next();
            if (write.value() != null) {
                return present(write.key(), write.value());
            }
        }
        reachedBound = true;
        return end();
    }

    private void advance() {
        if (!started) {
            advanceStored();
            own.next();
            started = true;
        } else if (storedIsPresent) {
            advanceStored();
        }
        storedIsPresent = false;
    }

    private void advanceStored() {
        storedKey = stored.next() ? stored.key() : null;
    }

    /// Returns less than 0 if the stored key comes first, more if the own one does, 0 if they are
    /// equal.
    private int order() {
        if (storedKey == null) {
            return 1;
        }
        if (!own.isAtKey()) {
            return -1;
        }
        int order = Arrays.compareUnsigned(storedKey, own.key());
        return scan.isReversed() ? -order : order;
    }

    private boolean present(byte @Nullable [] key, byte @Nullable [] value) {
        presentKey = key;
        ownValue = value;
        lastKey = key;
        count++;
        return true;
    }

    private boolean end() {
        ended = true;
        presentKey = null;
        return false;
    }

    @Override
    public byte[] key() {
        return presentKey().clone();
    }

    @Override
    public byte[] value() {
        presentKey();
        if (scan.isKeysOnly()) {
            throw new IllegalStateException("the scan asked for keys only");
        }
        return ownValue == null ? stored.value() : ownValue.clone();
    }

    @Override
    public Optional<Instant> expiry() {
        presentKey();
        return storedIsPresent ? stored.expiry() : Optional.empty();
    }

    private byte[] presentKey() {
        if (presentKey == null) {
            throw new IllegalStateException("there is no present entry");
        }
        return presentKey;
    }

    /// Returns the keys that it has gone through, or null if it has not begun.
    @Nullable KeyInterval interval() {
        byte[] first = scan.from() == null ? SMALLEST : scan.from();
        if (reachedBound) {
            return new KeyInterval(first, scan.to());
        }
        if (lastKey == null) {
            return null;
        }
        return scan.isReversed()
                ? new KeyInterval(lastKey, scan.to())
                : new KeyInterval(first, Arrays.copyOf(lastKey, lastKey.length + 1));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            presentKey = null;
            stored.close();
            closing.accept(this);
        }
    }
}
