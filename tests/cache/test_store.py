"""The store of cached pages: what it keeps, and what it refuses."""

import pytest

from blog.cache import store as store_module
from blog.cache.entries import CachedPage, Variant
from blog.cache.policy import CachePolicy
from blog.cache.purges import EVERYTHING
from blog.cache.store import Store


def page(*keys: str, size: int = 10) -> CachedPage:
    policy = CachePolicy(frozenset((*keys, EVERYTHING)), frozenset())
    return CachedPage(policy, "", 0.0, {"identity": Variant(bytes(size), [])}, [])


@pytest.fixture
def store() -> Store:
    return Store(1_000_000)


def is_kept(store: Store, page_: CachedPage, since: int) -> bool:
    """Store a page whose rendering began in the generation ``since``."""
    store.put(("page",), page_, since)
    return store.get(("page",)) is page_


def test_a_page_is_kept_until_one_of_its_keys_is_purged(store: Store) -> None:
    assert is_kept(store, page("tag/tea", "index"), store.generation)
    store.purge({"tag/coffee"})
    assert len(store) == 1
    store.purge({"index"})
    assert len(store) == 0


@pytest.mark.parametrize("key", ["tag/tea", EVERYTHING])
def test_a_page_that_was_purged_while_it_was_rendered_is_not_kept(store: Store, key: str) -> None:
    began = store.generation
    store.purge({key})
    assert not is_kept(store, page("tag/tea"), began)
    assert is_kept(store, page("tag/tea"), store.generation)


def test_the_purge_of_another_page_meanwhile_changes_nothing(store: Store) -> None:
    began = store.generation
    store.purge({"tag/coffee"})
    assert is_kept(store, page("tag/tea"), began)


def test_a_page_that_is_rendered_while_all_are_dropped_is_not_kept(store: Store) -> None:
    began = store.generation
    store.clear()
    assert not is_kept(store, page("tag/tea"), began)
    assert is_kept(store, page("tag/tea"), store.generation)


def test_so_many_purges_that_they_are_forgotten_drop_every_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MAX_PURGED_KEYS", 3)
    began = store.generation
    assert is_kept(store, page("index"), began)
    for number in range(4):
        store.purge({f"article/{number}"})
    assert len(store) == 0
    assert not is_kept(store, page("article/0"), began)


def test_the_least_recently_used_page_makes_room() -> None:
    store = Store(10_000)
    for name in ("first", "second", "third", "fourth"):
        store.put((name,), page(size=400), store.generation)
    assert store.get(("first",)) is not None
    store.put(("fifth",), page(size=400), store.generation)
    assert [name for name in ("first", "second", "third", "fourth", "fifth") if store.get((name,))] == [
        *("first", "third", "fourth", "fifth")
    ]


def test_a_page_larger_than_a_quarter_of_the_space_is_not_kept() -> None:
    assert not is_kept(Store(10_000), page(size=501), 0)
    assert is_kept(Store(10_000), page(size=500), 0)
