package io.kvs.format;

/// The names of the files in a store directory; built and parsed only here.
public final class FileNames {
    /// Held locked by the owner of the directory; its content names the owner.
    public static final String LOCK = "LOCK";

    /// Names the segments that make up the store.
    public static final String MANIFEST = "MANIFEST";

    /// Blocks set aside for the housekeeping that frees space on a full disk.
    public static final String RESERVE = "RESERVE";

    /// Names the engine that the directory belongs to.
    public static final String ENGINE = "ENGINE";

    private static final String TEMPORARY_SUFFIX = ".tmp";
    private static final String SEGMENT_SUFFIX = ".log";
    private static final String RUN_SUFFIX = ".run";
    private static final String BLOB_SUFFIX = ".blob";
    private static final String DICTIONARY_SUFFIX = ".dict";
    private static final int ID_DIGITS = 10;

    private FileNames() {}

    /// Returns the name of the segment with this id.
    public static String segment(long id) {
        return padded(id) + SEGMENT_SUFFIX;
    }

    /// Returns the name of the run with this id.
    public static String run(long id) {
        return padded(id) + RUN_SUFFIX;
    }

    /// Returns the name of the blob with this id.
    public static String blob(long id) {
        return padded(id) + BLOB_SUFFIX;
    }

    /// Returns the name of the dictionary with this id.
    public static String dictionary(long id) {
        return padded(id) + DICTIONARY_SUFFIX;
    }

    /// Returns the name under which a file is written before it is renamed to `name`.
    public static String temporary(String name) {
        return name + TEMPORARY_SUFFIX;
    }

    /// Returns whether `name` is that of a segment, a run, a dictionary or a temporary file of
    /// ours, that is: whether the file may be deleted when the manifest does not name it.
    public static boolean isDisposable(String name) {
        return id(name) >= 0 && !isBlob(name)
                || name.equals(temporary(MANIFEST))
                || name.equals(temporary(ENGINE));
    }

    /// Returns the id in the name of a segment, a run, a blob or a dictionary, also a temporary
    /// one, else -1.
    public static long id(String name) {
        String last =
                name.endsWith(TEMPORARY_SUFFIX)
                        ? name.substring(0, name.length() - TEMPORARY_SUFFIX.length())
                        : name;
        long id = idOf(last, RUN_SUFFIX);
        id = id < 0 ? idOf(last, BLOB_SUFFIX) : id;
        id = id < 0 ? idOf(name, DICTIONARY_SUFFIX) : id;
        return id < 0 ? idOf(name, SEGMENT_SUFFIX) : id;
    }

    /// Returns whether `name` is that of a blob.
    public static boolean isBlob(String name) {
        return idOf(name, BLOB_SUFFIX) >= 0;
    }

    /// Returns whether `name` is that of a run.
    public static boolean isRun(String name) {
        return idOf(name, RUN_SUFFIX) >= 0;
    }

    /// Returns whether `name` is that of a segment.
    public static boolean isSegment(String name) {
        return idOf(name, SEGMENT_SUFFIX) >= 0;
    }

    private static long idOf(String name, String suffix) {
        int digits = name.length() - suffix.length();
        if (digits < ID_DIGITS || digits > 18 || !name.endsWith(suffix)) {
            return -1;
        }
        long id = 0;
        for (int i = 0; i < digits; i++) {
            char c = name.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            id = id * 10 + (c - '0');
        }
        return id;
    }

    private static String padded(long id) {
        String digits = Long.toString(id);
        return "0".repeat(Math.max(0, ID_DIGITS - digits.length())) + digits;
    }
}
