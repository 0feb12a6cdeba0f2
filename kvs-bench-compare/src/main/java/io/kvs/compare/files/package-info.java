/// Directories that are thrown away, what they occupy, and the count that outlives a killed writer.
@NullMarked
package io.kvs.compare.files;

import org.jspecify.annotations.NullMarked;
