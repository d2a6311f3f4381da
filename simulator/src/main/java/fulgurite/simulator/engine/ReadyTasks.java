package fulgurite.simulator.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The tasks that wait for their turn at this instant. */
sealed interface ReadyTasks {
    void add(Runnable task);

    boolean isEmpty();

    /** Takes the next one; there must be one. */
    Runnable take();

    static ReadyTasks of(TaskOrder order, long seed) {
        return switch (order) {
            case FIRST_COME -> new FirstCome(new ArrayDeque<>());
            case SEEDED -> new Seeded(new ArrayList<>(), new SplittableRandom(seed));
        };
    }

    record FirstCome(ArrayDeque<Runnable> tasks) implements ReadyTasks {
        @Override
        public void add(Runnable task) {
            tasks.add(task);
        }

        @Override
        public boolean isEmpty() {
            return tasks.isEmpty();
        }

        @Override
        public Runnable take() {
            return tasks.removeFirst();
        }
    }

    record Seeded(List<Runnable> tasks, SplittableRandom random) implements ReadyTasks {
        @Override
        public void add(Runnable task) {
            tasks.add(task);
        }

        @Override
        public boolean isEmpty() {
            return tasks.isEmpty();
        }

        /** Swaps the drawn task with the last, so that taking it moves no others. */
        @Override
        public Runnable take() {
            int drawn = random.nextInt(tasks.size());
            Runnable last = tasks.removeLast();
            return drawn == tasks.size() ? last : tasks.set(drawn, last);
        }
    }
}
