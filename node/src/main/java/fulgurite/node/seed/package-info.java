/** A node's seed: its words, and the file that keeps them, in clear or under a passphrase. */
@NullMarked
package fulgurite.node.seed;

import org.jspecify.annotations.NullMarked;
