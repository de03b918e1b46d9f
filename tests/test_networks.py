"""IP addresses are shortened before they are stored."""

import pytest

from blog.networks import truncate_ip


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("203.0.113.77:5000", "203.0.113.0/24"),
        ("[2001:db8:1:2:3:4:5:6]:5000", "2001:db8:1::/48"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("[not an address]:5000", "unknown"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_is_shortened_to_its_network(address: str | None, network: str) -> None:
    assert truncate_ip(address) == network
