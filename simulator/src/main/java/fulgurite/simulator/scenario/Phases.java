package fulgurite.simulator.scenario;

/** Where a simulation tells how far it is. */
@FunctionalInterface
public interface Phases {
    /** @param what was reached, for a person */
    void reached(String what);
}
