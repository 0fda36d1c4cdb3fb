from ocelli.edge.scheduling.drain import Drain


def test_it_is_announced_before_it_starts_and_tells_who_asked() -> None:
    drain, told = Drain(), []
    with drain.notify(lambda: told.append("here")):
        drain.announce()
        assert (drain.announced, drain.started, told) == (True, False, [])
        drain.start()
        assert (drain.announced, drain.started, told) == (True, True, ["here"])


def test_who_has_left_is_not_told() -> None:
    drain, told = Drain(), []
    with drain.notify(lambda: told.append("gone")):
        pass
    drain.start()
    assert not told
