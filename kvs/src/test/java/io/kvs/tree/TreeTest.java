package io.kvs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Scan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TreeTest {
    private static final long SEED = Long.getLong("kvs.seed", 1);

    @Test
    void changes_atRandom_agreeWithTheModelAndLeaveOldTreesAlone() {
        SplittableRandom random = new SplittableRandom(SEED);
        NavigableMap<byte[], Integer> model = new TreeMap<>(Arrays::compareUnsigned);
        List<Tree<Integer>> trees = new ArrayList<>();
        List<List<Integer>> contents = new ArrayList<>();
        Tree<Integer> tree = Tree.empty();
        for (int step = 0; step < 4_000; step++) {
            byte[] key = {(byte) random.nextInt(256), (byte) random.nextInt(3)};
            if (random.nextInt(step / 1_000 + 2) == 0) {
                tree = tree.with(key, step);
                model.put(key, step);
            } else {
                tree = tree.without(key);
                model.remove(key);
            }
            assertEquals(model.get(key), tree.get(key), "seed " + SEED);
            assertEquals(model.size(), tree.size(), "seed " + SEED);
            if (step % 100 == 0) {
                trees.add(tree);
                contents.add(List.copyOf(model.values()));
            }
        }
        for (int i = 0; i < trees.size(); i++) {
            assertEquals(contents.get(i), values(trees.get(i), Scan.all()), "seed " + SEED);
            assertEquals(
                    contents.get(i).reversed(),
                    values(trees.get(i), Scan.all().reversed()),
                    "seed " + SEED);
        }
    }

    @Test
    void walk_everyRange_isThatOfTheModel() {
        NavigableMap<byte[], Integer> model = new TreeMap<>(Arrays::compareUnsigned);
        Tree<Integer> tree = Tree.empty();
        for (int i = 0; i < 128; i++) {
            byte[] key = {(byte) (2 * i)};
            model.put(key, i);
            tree = tree.with(key, i);
        }
        for (int from = 0; from < 256; from += 5) {
            for (int to = from; to < 256; to += 3) {
                byte[] first = {(byte) from};
                byte[] end = {(byte) to};
                Scan scan = Scan.all().from(first).to(end);
                List<Integer> expected = List.copyOf(model.subMap(first, end).values());
                assertEquals(expected, values(tree, scan));
                assertEquals(expected.reversed(), values(tree, scan.reversed()));
            }
        }
    }

    @Test
    void without_absentKey_isTheSameTree() {
        Tree<String> tree = Tree.<String>empty().with(new byte[] {1}, "one");

        assertSame(tree, tree.without(new byte[] {2}));
    }

    @Test
    void height_afterAnyChanges_isLogarithmic() {
        SplittableRandom random = new SplittableRandom(SEED);
        Node<Integer> ascending = null;
        Node<Integer> mixed = null;
        for (int i = 0; i < 1 << 14; i++) {
            ascending = Node.with(ascending, key(i), i);
            mixed = Node.with(mixed, key(random.nextInt(1 << 14)), i);
            mixed = Node.without(mixed, key(random.nextInt(1 << 14)));
            if (i % 1_000 == 0) {
                checkBalance(ascending);
                checkBalance(mixed);
            }
        }
        checkBalance(ascending);
        checkBalance(mixed);
        for (int i = 0; i < 1 << 13; i++) {
            ascending = Node.without(ascending, key(i));
        }
        assertTrue(ascending != null && ascending.height() <= 19);
        checkBalance(ascending);
    }

    private static byte[] key(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    private static int checkBalance(@Nullable Node<?> node) {
        if (node == null) {
            return 0;
        }
        int left = checkBalance(node.left());
        int right = checkBalance(node.right());
        assertTrue(Math.abs(left - right) <= 1);
        assertEquals(Math.max(left, right) + 1, node.height());
        return node.height();
    }

    private static List<Integer> values(Tree<Integer> tree, Scan scan) {
        List<Integer> values = new ArrayList<>();
        Walk<Integer> walk = tree.walk(scan);
        assertFalse(walk.isAtKey());
        while (walk.next()) {
            values.add(walk.value());
        }
        assertFalse(walk.isAtKey());
        assertFalse(walk.next());
        return values;
    }
}
