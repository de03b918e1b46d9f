"""Which addresses the client may request."""

import pytest

from blog.fetch.addresses import AddressNotAllowed, addresses, host_of, is_public

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "2002:7f00:1::",
    "64:ff9b::a00:1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(address)


def test_the_named_host_may_be_private_but_not_its_neighbours() -> None:
    named = ("127.0.0.1", 2368)
    assert addresses("127.0.0.1", 2368, named) == ["127.0.0.1"]
    assert addresses("127.0.0.1", 443, named) == ["127.0.0.1"]
    for host, port in [("127.0.0.1", 5432), ("127.0.0.2", 2368)]:
        with pytest.raises(AddressNotAllowed):
            addresses(host, port, named)


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "http://", "http://example.org:99999", "//x"])
def test_an_invalid_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|[Pp]ort"):
        host_of(url)
