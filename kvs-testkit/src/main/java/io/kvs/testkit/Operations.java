package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.Scan;
import io.kvs.TimeToLive;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Lists of operations to try on a store, each made from a seed.
///
/// There are few keys, so that overwrites and removals are frequent; values are from nothing to
/// several sectors long, sometimes the one that is there already. Some have a time to live.
public final class Operations {
    private static final int KEY_COUNT = 14;
    private static final int KEY_LENGTH_MAX = 300;
    private static final int VALUE_LENGTH_MAX = 2_600;
    private static final int BATCH_SIZE_MAX = 6;
    private static final int MILLIS_TO_LIVE_MAX = 20_000;
    private static final int MILLIS_TO_PASS_MAX = 5_000;

    private final long seed;
    private final SplittableRandom random;
    private final int syncPercent;
    private final boolean expiring;

    /// Not in every list: without compactions there are runs enough to be merged.
    private final boolean compacts;

    private final List<byte[]> keys = new ArrayList<>();
    private final Map<byte[], byte[]> values = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Operation> list = new ArrayList<>();

    /// Makes `count` operations.
    public Operations(long seed, int count) {
        this(seed, count, true);
    }

    /// Makes `count` operations.
    ///
    /// @param expiring whether values may have a time to live
    public Operations(long seed, int count, boolean expiring) {
        this.seed = seed;
        this.expiring = expiring;
        this.random = new SplittableRandom(seed);
        this.syncPercent = random.nextInt(3) == 0 ? 0 : random.nextInt(50);
        this.compacts = random.nextBoolean();
        while (keys.size() < KEY_COUNT) {
            addKey(randomBytes(keyLength()));
        }
        while (list.size() < count) {
            list.add(next());
        }
    }

    /// Returns the seed.
    public long seed() {
        return seed;
    }

    /// Returns the operations in order.
    public List<Operation> list() {
        return List.copyOf(list);
    }

    /// Returns all keys that occur; not to be changed.
    public List<byte[]> keys() {
        return List.copyOf(keys);
    }

    /// Returns one numbered line for each operation, after a line with the seed.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("operations of seed ").append(seed).append('\n');
        for (int i = 0; i < list.size(); i++) {
            text.append(i).append(": ").append(list.get(i)).append('\n');
        }
        return text.toString();
    }

    private Operation next() {
        int choice = random.nextInt(100);
        if (choice < 3) {
            return repeated();
        } else if (choice < 41) {
            byte[] key = key();
            byte[] value = value(key);
            values.put(key, value);
            return new Operation.Set(key, value, timeToLive(), durability());
        } else if (choice < 53) {
            byte[] key = key();
            values.remove(key);
            return new Operation.Remove(key, durability());
        } else if (choice < 61) {
            return new Operation.Batch(changes(), durability());
        } else if (choice < 65) {
            return exchange();
        } else if (choice < 69) {
            return transaction();
        } else if (choice < 73) {
            return new Operation.Get(key());
        } else if (choice < 80) {
            return orderedRead();
        } else if (choice < 82) {
            return new Operation.Sync();
        } else if (choice < 83) {
            return new Operation.Count();
        } else if (choice < 86) {
            return compacts ? new Operation.Compact() : new Operation.Background();
        } else if (choice < 94) {
            return new Operation.Background();
        } else if (choice < 97) {
            return expiring ? passTime() : new Operation.Background();
        }
        return new Operation.Reopen();
    }

    /// Writes what should be there once more: nothing is written then, but what was acknowledged
    /// before counts as much as after any write.
    private Operation repeated() {
        byte[] key = key();
        byte[] same = values.get(key);
        return same == null
                ? new Operation.Get(key)
                : new Operation.Set(
                        key, same, null, syncPercent == 0 ? Durability.PROCESS : Durability.SYNC);
    }

    private Operation orderedRead() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Operation.Scan(scan());
            case 2, 3, 4 -> new Operation.OpenSnapshot();
            case 5, 6 -> new Operation.ReadSnapshot(random.nextInt(1 << 10), scan());
            default -> new Operation.CloseSnapshot(random.nextInt(1 << 10));
        };
    }

    private Operation exchange() {
        byte[] key = key();
        byte[] value = random.nextInt(3) == 0 ? null : value(key);
        return new Operation.Exchange(key, value, random.nextInt(4) > 0, durability());
    }

    private Operation transaction() {
        List<byte[]> reads = new ArrayList<>();
        while (random.nextInt(3) > 0) {
            reads.add(key());
        }
        Operation meanwhile =
                switch (random.nextInt(4)) {
                    case 0, 1 -> null;
                    case 2 -> expiring ? passTime() : null;
                    default -> {
                        byte[] key = key();
                        yield new Operation.Set(key, value(key), timeToLive(), Durability.PROCESS);
                    }
                };
        Scan scan = random.nextInt(4) == 0 ? scan() : scan().limit(0);
        return new Operation.Transact(reads, scan, meanwhile, changes());
    }

    private Scan scan() {
        Scan scan = Scan.all();
        scan = random.nextBoolean() ? scan.from(bound()) : scan;
        scan = random.nextBoolean() ? scan.to(bound()) : scan;
        scan = random.nextBoolean() ? scan.reversed() : scan;
        scan = random.nextInt(3) == 0 ? scan.limit(random.nextInt(6)) : scan;
        return random.nextInt(4) == 0 ? scan.keysOnly() : scan;
    }

    private byte[] bound() {
        return random.nextBoolean() ? key() : randomBytes(random.nextInt(3));
    }

    private List<WriteBatch.Operation> changes() {
        int size = 1 + random.nextInt(BATCH_SIZE_MAX);
        Map<byte[], WriteBatch.Operation> changes = new TreeMap<>(Arrays::compareUnsigned);
        while (changes.size() < size) {
            byte[] key = key();
            if (random.nextInt(4) == 0) {
                changes.put(key, new WriteBatch.Operation(key, null));
                values.remove(key);
            } else {
                byte[] value = value(key);
                changes.put(key, new WriteBatch.Operation(key, value, timeToLive()));
                values.put(key, value);
            }
        }
        return List.copyOf(changes.values());
    }

    private Operation passTime() {
        return new Operation.PassTime(Duration.ofMillis(random.nextInt(MILLIS_TO_PASS_MAX)));
    }

    private @Nullable Duration timeToLive() {
        return switch (random.nextInt(8)) {
            case 0, 1 ->
                    expiring ? Duration.ofMillis(1 + random.nextInt(MILLIS_TO_LIVE_MAX)) : null;
            case 2 -> expiring ? TimeToLive.MAX : null;
            default -> null;
        };
    }

    private Durability durability() {
        return random.nextInt(100) < syncPercent ? Durability.SYNC : Durability.PROCESS;
    }

    private byte[] key() {
        return keys.get(random.nextInt(keys.size()));
    }

    private byte[] value(byte[] key) {
        byte[] same = values.get(key);
        if (same != null && random.nextInt(8) == 0) {
            return same;
        }
        return switch (random.nextInt(10)) {
            case 0 -> new byte[0];
            case 1, 2, 3, 4 -> randomBytes(random.nextInt(40));
            case 5, 6, 7 -> randomBytes(random.nextInt(600));
            // Zeros look like a block that was never written.
            case 8 -> new byte[random.nextInt(VALUE_LENGTH_MAX)];
            default -> randomBytes(random.nextInt(VALUE_LENGTH_MAX));
        };
    }

    private int keyLength() {
        return 1 + random.nextInt(random.nextInt(8) == 0 ? KEY_LENGTH_MAX : 12);
    }

    private void addKey(byte[] key) {
        for (byte[] earlier : keys) {
            if (Arrays.equals(earlier, key)) {
                return;
            }
        }
        keys.add(key);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
