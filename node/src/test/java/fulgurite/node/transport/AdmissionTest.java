package fulgurite.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private long now = Long.MAX_VALUE / 2;

    private Admission admission(int connections, int perAddress, int burst, boolean loopback) {
        return new Admission(TransportLimits.DEFAULT.with(connections,
                new TransportLimits.PerAddress(perAddress, burst, SECOND, loopback)), () -> now);
    }

    private static InetAddress at(String number) {
        try {
            return InetAddress.getByName(number);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void there_are_so_many_places_for_all() {
        Admission door = admission(2, 10, 10, false);
        assertThat(door.enter(at("192.0.2.1"))).isTrue();
        assertThat(door.enter(at("192.0.2.2"))).isTrue();
        assertThat(door.enter(at("192.0.2.3"))).isFalse();
        door.leave(at("192.0.2.1"));
        assertThat(door.enter(at("192.0.2.3"))).isTrue();
    }

    @Test
    void one_address_has_so_many_places_and_takes_no_others() {
        Admission door = admission(100, 2, 50, false);
        assertThat(door.enter(at("192.0.2.1"))).isTrue();
        assertThat(door.enter(at("192.0.2.1"))).isTrue();
        assertThat(door.enter(at("192.0.2.1"))).isFalse();
        assertThat(door.enter(at("192.0.2.2"))).isTrue();
        door.leave(at("192.0.2.1"));
        assertThat(door.enter(at("192.0.2.1"))).isTrue();
    }

    @Test
    void one_address_may_come_in_a_burst_and_then_once_in_an_interval() {
        Admission door = admission(100, 50, 3, false);
        for (int i = 0; i < 3; i++) {
            assertThat(door.enter(at("192.0.2.1"))).isTrue();
            door.leave(at("192.0.2.1"));
        }
        assertThat(door.enter(at("192.0.2.1"))).isFalse();
        assertThat(door.enter(at("192.0.2.2"))).isTrue();
        now += SECOND.toNanos();
        assertThat(door.enter(at("192.0.2.1"))).isTrue();
        assertThat(door.enter(at("192.0.2.1"))).isFalse();
        now += SECOND.multipliedBy(3).toNanos();
        for (int i = 0; i < 3; i++) assertThat(door.enter(at("192.0.2.1"))).isTrue();
        assertThat(door.enter(at("192.0.2.1"))).isFalse();
    }

    @Test
    void the_addresses_of_one_ipv6_network_are_one() {
        Admission door = admission(100, 2, 50, false);
        assertThat(door.enter(at("2001:db8:0:7::1"))).isTrue();
        assertThat(door.enter(at("2001:db8:0:7:ffff::2"))).isTrue();
        assertThat(door.enter(at("2001:db8:0:7::3"))).isFalse();
        assertThat(door.enter(at("2001:db8:0:8::1"))).isTrue();
    }

    @Test
    void loopback_is_where_proxies_are_and_counts_only_when_asked_to() {
        Admission open = admission(100, 1, 1, false);
        for (int i = 0; i < 10; i++) assertThat(open.enter(at("127.0.0.1"))).isTrue();
        Admission counting = admission(100, 1, 1, true);
        assertThat(counting.enter(at("127.0.0.1"))).isTrue();
        assertThat(counting.enter(at("127.0.0.1"))).isFalse();
    }

    @Test
    void what_is_remembered_is_bounded_and_those_who_are_here_are_not_forgotten() {
        Admission door = admission(100, 1, 1, false);
        assertThat(door.enter(at("192.0.2.1"))).isTrue();
        for (int i = 0; i < 60_000; i++) {
            InetAddress guest = at("198." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff));
            assertThat(door.enter(guest)).isTrue();
            door.leave(guest);
        }
        assertThat(door.remembered()).isBetween(10_000, 20_001);
        assertThat(door.enter(at("192.0.2.1"))).isFalse();
        door.leave(at("192.0.2.1"));
        now += Duration.ofHours(1).toNanos();
        assertThat(door.enter(at("192.0.2.7"))).isTrue();
        assertThat(door.remembered()).isEqualTo(1);
    }
}
