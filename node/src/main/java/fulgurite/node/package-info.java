/** The composition root: what a node is made of. */
@NullMarked
package fulgurite.node;

import org.jspecify.annotations.NullMarked;
