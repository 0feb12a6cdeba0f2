package io.kvs.recovery;

import io.kvs.CorruptionException;
import io.kvs.UnsupportedFormatException;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.random.RandomGenerator;

/// Reads the manifest of a store (FORMAT.md, "Manifest").
final class ManifestFile {
    private final Disk disk;
    private final Damage damage;

    /// Reads from `disk`, and has a damaged copy reported.
    ManifestFile(Disk disk, Damage damage) {
        this.disk = disk;
        this.damage = damage;
    }

    /// Returns the manifest, or the one of a new store if there is none.
    ///
    /// @param names the files of the directory
    /// @param random where the id of a new store comes from
    /// @throws CorruptionException it is damaged, or missing although there is a store
    Manifest read(List<String> names, RandomGenerator random) throws IOException {
        byte[] bytes;
        try (DiskFile file = disk.open(FileNames.MANIFEST, Disk.Access.READ)) {
            bytes = new byte[(int) file.size()];
            file.read(0, bytes, 0, bytes.length);
        } catch (NoSuchFileException e) {
            return created(names, random);
        }
        Manifest manifest = Manifest.decode(bytes);
        if (manifest == null) {
            String path = disk.path(FileNames.MANIFEST);
            int version = Manifest.version(bytes);
            boolean known = version >= Manifest.VERSION_MIN && version <= Manifest.VERSION;
            if (version > 0 && !known && version < 1000) {
                throw new UnsupportedFormatException(
                        path
                                + " has format version "
                                + version
                                + "; this version of kvs reads "
                                + Manifest.VERSION_MIN
                                + " to "
                                + Manifest.VERSION);
            }
            throw new CorruptionException(path, 0, "neither copy of the manifest is intact");
        }
        if (!Manifest.isWhole(bytes)) {
            damage.add(
                    new CorruptionException(
                            disk.path(FileNames.MANIFEST),
                            0,
                            "one of the two copies is damaged; the other one was used"));
        }
        return manifest;
    }

    private Manifest created(List<String> names, RandomGenerator random) {
        for (String name : names) {
            if (FileNames.isSegment(name) || FileNames.isRun(name) || FileNames.isBlob(name)) {
                throw new CorruptionException(
                        disk.path(FileNames.MANIFEST),
                        0,
                        "missing, although there are segments or runs: damaged, or a backup that was"
                                + " not finished");
            }
        }
        return new Manifest(random.nextLong(), 1, 1, 0, List.of(), List.of());
    }
}
