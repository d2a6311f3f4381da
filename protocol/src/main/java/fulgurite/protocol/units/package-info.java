/** Values with a unit or a meaning: amounts, heights, identifiers, keys as bytes. No rules, no cryptography. */
@NullMarked
package fulgurite.protocol.units;

import org.jspecify.annotations.NullMarked;
