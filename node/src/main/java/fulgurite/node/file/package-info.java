/** Files of the data directory that outlast a power cut. It knows no other room. */
@NullMarked
package fulgurite.node.file;

import org.jspecify.annotations.NullMarked;
