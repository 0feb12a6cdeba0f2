package io.kvs.lz4;

import io.kvs.format.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Makes a dictionary of the pieces that samples have most in common.
///
/// The samples are divided into as many stretches as pieces fit into the dictionary, and of each
/// the piece is taken whose groups of six bytes occur in most samples; a group counts only once,
/// for the first piece that has it. (The COVER algorithm; Liao, Petri, Moffat and Wirth, Effective
/// Construction of Relative Lempel-Ziv Dictionaries, WWW 2016.)
final class DictionaryTrainer {
    private static final int GROUP_BYTES = 6;
    private static final int PIECE_BYTES = 64;
    private static final int TABLE_BITS = 18;

    /// A group in fewer samples is of no use.
    private static final int COUNT_MIN = 2;

    private final List<byte[]> samples;

    /// By hash of a group: in how many samples it is, about.
    private final int[] counts = new int[1 << TABLE_BITS];

    private record Piece(byte[] sample, int from, int to, long score) {}

    DictionaryTrainer(List<byte[]> samples) {
        this.samples = samples;
        int[] lastSample = new int[1 << TABLE_BITS];
        for (int number = 0; number < samples.size(); number++) {
            byte[] sample = samples.get(number);
            for (int at = 0; at + Long.BYTES <= sample.length; at++) {
                int hash = hash(sample, at);
                if (lastSample[hash] != number + 1) {
                    lastSample[hash] = number + 1;
                    counts[hash]++;
                }
            }
        }
    }

    /// Returns a dictionary of at most `limitBytes`, the best pieces last, where offsets to them
    /// are shortest; empty if the samples have nothing in common.
    byte[] train(int limitBytes) {
        List<Piece> pieces = new ArrayList<>();
        int stretches = Math.max(1, limitBytes / PIECE_BYTES);
        int length = 0;
        for (int i = 0; i < stretches && length + PIECE_BYTES <= limitBytes; i++) {
            int from = (int) ((long) i * samples.size() / stretches);
            int to = (int) ((long) (i + 1) * samples.size() / stretches);
            Piece best = best(from, Math.max(to, Math.min(from + 1, samples.size())));
            if (best.score() > 0) {
                pieces.add(best);
                length += best.to() - best.from();
                forget(best);
            }
        }
        pieces.sort(Comparator.comparingLong(Piece::score));
        return joined(pieces, length);
    }

    private Piece best(int from, int to) {
        Piece best = new Piece(new byte[0], 0, 0, 0);
        for (byte[] sample : samples.subList(from, to)) {
            long score = 0;
            int start = 0;
            for (int at = 0; at + Long.BYTES <= sample.length; at++) {
                score += worth(sample, at);
                if (at - start >= PIECE_BYTES - Long.BYTES) {
                    if (score > best.score()) {
                        best = new Piece(sample, start, at + Long.BYTES, score);
                    }
                    score -= worth(sample, start++);
                }
            }
            if (sample.length < PIECE_BYTES && score > best.score()) {
                best = new Piece(sample, 0, sample.length, score);
            }
        }
        return best;
    }

    private int worth(byte[] sample, int at) {
        int count = counts[hash(sample, at)];
        return count < COUNT_MIN ? 0 : count;
    }

    private void forget(Piece piece) {
        for (int at = piece.from(); at + Long.BYTES <= piece.to(); at++) {
            counts[hash(piece.sample(), at)] = 0;
        }
    }

    private static byte[] joined(List<Piece> pieces, int length) {
        byte[] dictionary = new byte[length];
        int at = 0;
        for (Piece piece : pieces) {
            byte[] bytes = Arrays.copyOfRange(piece.sample(), piece.from(), piece.to());
            System.arraycopy(bytes, 0, dictionary, at, bytes.length);
            at += bytes.length;
        }
        return dictionary;
    }

    private static int hash(byte[] sample, int at) {
        long group = LittleEndian.getLong(sample, at) << Byte.SIZE * (Long.BYTES - GROUP_BYTES);
        return (int) (group * 0x9E3779B97F4A7C15L >>> Long.SIZE - TABLE_BITS);
    }
}
