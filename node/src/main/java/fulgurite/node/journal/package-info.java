/** How events are kept: their serialisation and its versions, the stores that hold them, reading them back for a person. */
@NullMarked
package fulgurite.node.journal;

import org.jspecify.annotations.NullMarked;
