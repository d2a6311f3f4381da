/** The static backup of a node's channels: one small encrypted file, and what is made of it when a journal is lost. */
@NullMarked
package fulgurite.node.backup;

import org.jspecify.annotations.NullMarked;
