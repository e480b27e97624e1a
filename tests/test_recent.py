from sigverify.recent import Recent


def test_what_was_used_longest_ago_goes_first():
    recent = Recent[str](10)
    for name in "abc":
        recent.put(name, name.upper(), 4)
    assert [recent.get(name) for name in "abc"] == [None, "B", "C"]
    recent.get("b")
    recent.put("d", "D", 4)
    assert [recent.get(name) for name in "bcd"] == ["B", None, "D"]


def test_the_newest_is_kept_whatever_its_size():
    recent = Recent[str](10)
    recent.put("small", "S", 1)
    recent.put("huge", "H", 1000)
    assert (recent.get("small"), recent.get("huge")) == (None, "H")


def test_all_of_it_can_be_forgotten():
    recent = Recent[str](10)
    recent.put("a", "A", 1)
    recent.clear()
    assert recent.get("a") is None
