package fulgurite.simulator.onchain;

import fulgurite.simulator.bitcoind.PlayedOn;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The stories of a class are told on each chain that this machine has. */
@ParameterizedClass(name = "on {0}")
@EnumSource(PlayedOn.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface OnEachChain {}
