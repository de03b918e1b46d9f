"""Parses mail addresses (RFC 5322)."""

from email.headerregistry import Address


def parse_address(text: str) -> Address:
    """Return ``text`` as an address for a header.

    :raises ValueError: it is not a mail address.
    """
    try:
        return Address(addr_spec=text)
    # For a text that is no address, Python's parser raises one of six errors, even IndexError and UnboundLocalError.
    except Exception as error:
        raise ValueError("not a mail address") from error
