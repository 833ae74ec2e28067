import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geodata.analysis import reconcile as module
from geodata.analysis.reconcile import Bound, Reconciled, Step, reconcile
from geodata.model.counts import Bounds, columns
from tests.examples import examples

Rows = dict[str, tuple[str, tuple[str, ...], int, int | None]]


def table(rows: Rows) -> pd.DataFrame:
    """Return records by id: event, followed transfers, bounds."""
    frame = pd.DataFrame.from_dict(rows, "index", columns=["event_id", "follows", "count_min", "count_max"])
    return frame.astype(dict.fromkeys(columns("count"), "Int64"))


def group_table(rows: dict[tuple[str, str], Bounds]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(*key, *bounds) for key, bounds in rows.items()], columns=["subject_id", "group", *columns("count")]
    )
    return frame.astype(dict.fromkeys(columns("count"), "Int64"))


def bounds(frame: pd.DataFrame) -> dict[str, Bounds]:
    return {
        str(key): (int(low), None if high is pd.NA else int(high))
        for key, (low, high) in zip(
            frame.index, frame[columns("count")].astype(object).to_numpy(), strict=True
        )
    }


def least(subject: str, count: int, group: str = "") -> Bound:
    return Bound(subject, "at least", count, group)


def most(subject: str, count: int, group: str = "") -> Bound:
    return Bound(subject, "at most", count, group)


def test_bounds_move_down_a_journey_and_up_again() -> None:
    """Of 10 at most 4 are elsewhere, so 6 to 10 arrived; 7 went on, so 7 to 10 did."""
    events = table({"e": ("", (), 10, 10)})
    legs = table({"a": ("e", (), 6, None), "b": ("e", (), 0, 4), "c": ("e", ("a",), 7, None)})
    found = reconcile(events, legs)
    assert bounds(found.transfers) == {"a": (7, 10), "b": (0, 3), "c": (7, 10)}
    assert found.contradictions == ()
    assert found.contradictory.empty


def test_the_worked_case_by_the_article_alone() -> None:
    """13 December 2025: 123 released, "most" of them to Ukraine, "a small contingent" to Vilnius."""
    events = table({"release": ("", (), 123, 123)})
    legs = table(
        {
            "by-ua": ("release", (), 62, 122),
            "by-lt": ("release", (), 1, None),
            "ua-pl": ("release", ("by-ua",), 0, None),
            "ua-lt": ("release", ("by-ua",), 0, None),
        }
    )
    found = reconcile(events, legs)
    assert bounds(found.events) == {"release": (123, 123)}
    assert bounds(found.transfers) == {
        "by-ua": (62, 122),
        "by-lt": (1, 61),
        "ua-pl": (0, 122),
        "ua-lt": (0, 122),
    }
    assert found.why("by-lt") == (Step(most("by-lt", 61), (most("release", 123), least("by-ua", 62))),)
    assert found.why("by-ua") == ()
    assert found.why("release") == ()
    assert found.why("not there") == ()


def test_reasons_name_what_was_itself_implied_in_a_later_step() -> None:
    events = table({"e": ("", (), 10, 10)})
    legs = table({"a": ("e", (), 0, None), "b": ("e", (), 0, None), "c": ("e", ("a",), 7, None)})
    found = reconcile(events, legs)
    assert found.why("b") == (
        Step(most("b", 3), (most("e", 10), least("a", 7))),
        Step(least("a", 7), (least("c", 7),)),
    )
    assert found.why("a") == (
        Step(least("a", 7), (least("c", 7),)),
        Step(most("a", 10), (most("e", 10),)),
    )


def test_an_event_without_a_count_gets_the_least_its_legs_need() -> None:
    found = reconcile(table({"e": ("", (), 0, None)}), table({"a": ("e", (), 3, 3), "b": ("e", (), 2, None)}))
    assert bounds(found.events) == {"e": (5, None)}
    assert bounds(found.transfers) == {"a": (3, 3), "b": (2, None)}
    assert found.why("e") == (Step(least("e", 5), (least("a", 3), least("b", 2))),)


def test_a_leg_that_follows_several_is_made_of_what_they_brought() -> None:
    """From the 3 and the 4 at most 7; at least 6, so at least 2 of the 3 and 3 of the 4 went on with it."""
    events = table({"e": ("", (), 9, 9)})
    legs = table(
        {
            "a": ("e", (), 0, 3),
            "b": ("e", (), 0, 4),
            "both": ("e", ("a", "b"), 6, None),
            "a-alone": ("e", ("a",), 0, None),
        }
    )
    found = reconcile(events, legs)
    assert bounds(found.transfers) == {"a": (2, 3), "b": (3, 4), "both": (6, 7), "a-alone": (0, 1)}
    assert found.why("both") == (Step(most("both", 7), (most("a", 3), most("b", 4))),)
    # What came from a to both is 6 less the 4 from b; what is left of a's 3 went on alone.
    assert found.why("a-alone") == (Step(most("a-alone", 1), (most("a", 3), least("both", 6), most("b", 4))),)


def test_people_who_part_and_meet_again_are_no_more_than_before() -> None:
    legs: Rows = {
        "in": ("e", (), 0, None),
        "by road": ("e", ("in",), 0, None),
        "by rail": ("e", ("in",), 0, None),
        "on": ("e", ("by road", "by rail"), 4, None),
        "elsewhere": ("e", (), 1, None),
    }
    found = reconcile(table({"e": ("", (), 0, 10)}), table(legs))
    assert bounds(found.events) == {"e": (5, 10)}
    assert bounds(found.transfers) == {
        "in": (4, 9),
        "by road": (0, 9),
        "by rail": (0, 9),
        "on": (4, 9),
        "elsewhere": (1, 6),
    }
    assert found.why("on") == (
        Step(most("on", 9), (most("in", 9),)),
        Step(most("in", 9), (most("e", 10), least("elsewhere", 1))),
    )
    found = reconcile(table({"e": ("", (), 0, 3)}), table(legs))
    assert found.contradictions == ((most("e", 3), least("on", 4)),)


def test_links_with_no_room_are_reasons_too() -> None:
    events = table({"e": ("", (), 9, 9)})
    legs = table({"a": ("e", (), 0, None), "b": ("e", (), 0, 0), "both": ("e", ("a", "b"), 5, None)})
    found = reconcile(events, legs)
    assert bounds(found.transfers) == {"a": (5, 9), "b": (0, 0), "both": (5, 9)}
    assert found.why("a")[0] == Step(least("a", 5), (least("both", 5), most("b", 0)))


def test_a_group_is_part_of_its_subject_and_of_the_same_group_before() -> None:
    events = table({"e": ("", (), 0, None), "f": ("", (), 20, 20)})
    legs = table(
        {"a": ("e", (), 0, 8), "b": ("f", (), 0, None), "c": ("f", (), 0, None), "d": ("f", (), 0, None)}
    )
    groups = group_table(
        {
            ("e", "women"): (5, 5),
            ("e", "foreigners"): (4, None),  # may be among the women: never added to them
            ("a", "women"): (0, None),
            ("f", "women"): (0, 12),
            ("b", "women"): (7, None),
            ("c", "women"): (0, 5),
            ("d", "Poles"): (3, None),
            ("elsewhere", "women"): (9, None),
        }
    )
    found = reconcile(events, legs, groups)
    assert bounds(found.events) == {"e": (5, None), "f": (20, 20)}
    assert bounds(found.transfers) == {"a": (0, 8), "b": (7, 17), "c": (0, 10), "d": (3, 13)}
    assert found.why("e") == (Step(least("e", 5), (least("e", 5, "women"),)),)
    assert found.why("c") == (
        Step(most("c", 10), (most("f", 20), least("b", 7), least("d", 3))),
        Step(least("b", 7), (least("b", 7, "women"),)),
        Step(least("d", 3), (least("d", 3, "Poles"),)),
    )


def test_a_whole_group_exceeded_by_its_parts_is_a_contradiction() -> None:
    events = table({"e": ("", (), 20, 20)})
    legs = table({"a": ("e", (), 0, None), "b": ("e", (), 0, None)})
    groups = group_table({("e", "women"): (0, 6), ("a", "women"): (4, None), ("b", "women"): (3, 3)})
    found = reconcile(events, legs, groups)
    assert found.contradictions == ((most("e", 6, "women"), least("a", 4, "women"), least("b", 3, "women")),)
    assert bounds(found.transfers) == {"a": (0, None), "b": (0, None)}


def test_a_group_greater_than_its_subject_is_a_contradiction() -> None:
    found = reconcile(
        table({"e": ("", (), 5, 5)}), table({}), group_table({("e", "women"): (6, 6), ("e", "men"): (5, 5)})
    )
    assert found.contradictions == ((most("e", 5), least("e", 6, "women")),)


def test_a_contradiction_stays_in_its_event() -> None:
    events = table({"e": ("", (), 5, 5), "f": ("", (), 4, 4)})
    legs = table({"a": ("e", (), 9, 9), "b": ("f", (), 1, None), "c": ("f", (), 1, None)})
    found = reconcile(events, legs)
    assert found.contradictory.tolist() == ["e"]
    assert found.contradictions == ((most("e", 5), least("a", 9)),)
    assert bounds(found.events) == {"e": (5, 5), "f": (4, 4)}
    assert bounds(found.transfers) == {"a": (9, 9), "b": (1, 3), "c": (1, 3)}
    assert found.why("a") == ()


def test_a_contradiction_reaches_the_events_that_its_people_come_from() -> None:
    events = table({"e": ("", (), 5, 5), "f": ("", (), 4, 4), "g": ("", (), 0, 3)})
    legs = table({"a": ("e", (), 0, None), "b": ("f", ("a",), 6, 6), "c": ("g", (), 1, None)})
    found = reconcile(events, legs)
    assert found.contradictory.tolist() == ["e", "f"]
    assert found.contradictions == ((most("e", 5), least("b", 6)),)
    assert bounds(found.transfers) == {"a": (0, None), "b": (6, 6), "c": (1, 3)}


LEGS: Rows = {"a": ("e", (), 6, None), "b": ("e", (), 5, None), "c": ("e", (), 1, None)}


@pytest.mark.parametrize(
    ("legs", "contradiction"),
    [
        pytest.param(LEGS, {least("a", 6), least("b", 5)}, id="three claims of four"),
        pytest.param(
            {"a": ("e", (), 12, None), "b": ("e", ("a",), 4, None), "c": ("e", ("a",), 7, None)},
            {least("a", 12)},
            id="a whole's claim suffices",
        ),
        pytest.param(
            {"a": ("e", (), 3, None), "b": ("e", ("a",), 4, None), "c": ("e", ("a",), 7, None)},
            {least("b", 4), least("c", 7)},
            id="its parts' claims say more",
        ),
        pytest.param(
            {f"l{number:02}": ("e", (), 1, None) for number in range(20)},
            {least(f"l{number:02}", 1) for number in range(11)},
            id="more than the limit",
        ),
        pytest.param(
            {f"l{number:02}": ("e", (), 3 if number == 12 else 1, None) for number in range(17)},
            {least("l12", 3), *(least(f"l{number:02}", 1) for number in range(8))},
            id="more than the limit, largest first",
        ),
    ],
)
def test_the_fewest_claims_are_reported(legs: Rows, contradiction: set[Bound]) -> None:
    found = reconcile(table({"e": ("", (), 10, 10)}), table(legs))
    assert len(found.contradictions) == 1
    assert set(found.contradictions[0]) == {most("e", 10)} | contradiction
    assert found.contradictions[0][0] == most("e", 10)


def test_legs_that_bring_too_few_for_the_one_that_follows_them_contradict_it() -> None:
    events = table({"e": ("", (), 50, 50)})
    legs = table(
        {
            "a": ("e", (), 1, 3),
            "b": ("e", (), 0, 4),
            "both": ("e", ("a", "b"), 9, None),
            "other": ("e", (), 2, 2),
        }
    )
    found = reconcile(events, legs)
    assert found.contradictions == ((most("a", 3), most("b", 4), least("both", 9)),)
    assert bounds(found.transfers) == bounds(legs)


def test_a_contradiction_too_large_to_thin_out_is_still_one(monkeypatch: pytest.MonkeyPatch) -> None:
    events = table({"e": ("", (), 10, 10)})
    legs = table(
        {
            "a": ("e", (), 6, None),
            "b": ("e", (), 0, None),
            "both": ("e", ("a", "b"), 0, None),
            "on": ("e", ("both",), 8, None),
            "elsewhere": ("e", ("a",), 11, 12),
        }
    )
    fewest = {most("e", 10), least("elsewhere", 11)}
    assert set(reconcile(events, legs).contradictions[0]) == fewest
    monkeypatch.setattr(module, "FILTER_LIMIT", 0)
    assert set(reconcile(events, legs).contradictions[0]) >= fewest


def test_bounds_of_one_subject_that_cross_contradict_each_other() -> None:
    found = reconcile(table({"e": ("", (), 6, 5)}), table({}))
    assert found.contradictions == ((most("e", 5), least("e", 6)),)
    assert found.contradictory.tolist() == ["e"]


def test_followed_transfers_that_did_not_happen_are_ignored() -> None:
    """`plan` is no transfer that happened; what follows it alone has no whole, not even its event."""
    events = table({"e": ("", (), 10, 10)})
    legs = table(
        {
            "a": ("e", (), 0, 4),
            "after-plan": ("e", ("plan",), 30, None),
            "after-both": ("e", ("plan", "a"), 3, None),
        }
    )
    found = reconcile(events, legs)
    assert bounds(found.transfers) == {"a": (3, 4), "after-plan": (30, None), "after-both": (3, 4)}
    assert found.contradictions == ()


def test_legs_of_an_event_that_is_not_in_the_table_bound_nothing_but_what_follows_them() -> None:
    found = reconcile(
        table({}),
        table({"a": ("gone", (), 3, 9), "b": ("gone", (), 2, None), "c": ("gone", ("a",), 0, None)}),
    )
    assert bounds(found.transfers) == {"a": (3, 9), "b": (2, None), "c": (0, 9)}
    broken = reconcile(table({}), table({"a": ("gone", (), 3, 3), "c": ("gone", ("a",), 4, None)}))
    assert broken.contradictory.tolist() == ["gone"]


def test_nothing_and_all_open_stay_so() -> None:
    empty = reconcile(table({}), table({}), group_table({}))
    assert empty.events.empty
    assert empty.transfers.empty
    assert empty.contradictory.tolist() == []
    legs = table({"a": ("e", (), 0, None), "b": ("e", ("a",), 0, None)})
    found = reconcile(table({"e": ("", (), 0, None)}), legs)
    assert bounds(found.transfers) == {"a": (0, None), "b": (0, None)}
    assert str(found.transfers["count_max"].dtype) == str(found.transfers["count_min"].dtype) == "Int64"
    assert legs["count_max"].isna().all()


def test_depth_is_no_limit() -> None:
    depth = 20_000
    events = table({"e": ("", (), 10, 10)})
    legs = table(
        {str(n): ("e", (str(n - 1),) if n else (), 4 if n == depth - 1 else 0, None) for n in range(depth)}
    )
    found = reconcile(events, legs)
    assert set(bounds(found.transfers).values()) == {(4, 10)}
    assert len(found.why("0")) == depth
    legs.loc["9999", "count_min"] = 11
    assert reconcile(events, legs).contradictions == ((most("e", 10), least("9999", 11)),)


# The laws, against a linear programme that is written down from the model alone.

Figure = tuple[str, ...]


@dataclass
class World:
    """Claimed bounds: events by id; legs with their event and what they follow; groups by subject and name."""

    events: dict[str, Bounds] = field(default_factory=dict)
    legs: Rows = field(default_factory=dict)
    groups: dict[tuple[str, str], Bounds] = field(default_factory=dict)

    def reconcile(self) -> Reconciled:
        events = table({event: ("", (), *bounds) for event, bounds in self.events.items()})
        return reconcile(events, table(self.legs), group_table(self.groups))

    def claimed(self) -> dict[Figure, Bounds]:
        legs = {(leg, ""): (low, high) for leg, (_, _, low, high) in self.legs.items()}
        return {(event, ""): bounds for event, bounds in self.events.items()} | legs | self.groups

    def claims(self) -> list[Bound]:
        lows = [least(subject, low, group) for (subject, group), (low, _) in self.claimed().items() if low]
        highs = [(subject, group, high) for (subject, group), (_, high) in self.claimed().items()]
        return lows + [most(subject, high, group) for subject, group, high in highs if high is not None]

    def rules(self) -> tuple[list[dict[Figure, int]], list[dict[Figure, int]]]:
        """Return sums that are at most 0 and sums that are 0, as factors of figures."""
        at_most: dict[Figure, dict[Figure, int]] = {}
        exactly = []
        for leg, (event, follows, _, _) in self.legs.items():
            if len(follows) > 1:
                exactly.append({(leg, ""): -1} | {("link", whole, leg): 1 for whole in follows})
            for whole in follows or (event,):
                rule = at_most.setdefault((whole, ""), {(whole, ""): -1})
                rule[("link", whole, leg) if len(follows) > 1 else (leg, "")] = 1
        inside = [{(subject, group): 1, (subject, ""): -1} for subject, group in self.groups]
        for (subject, group), (leg, (event, follows, _, _)) in itertools.product(
            self.groups, self.legs.items()
        ):
            if (follows or (event,)) == (subject,) and (leg, group) in self.groups:
                at_most.setdefault((subject, group), {(subject, group): -1})[leg, group] = 1
        return [*at_most.values(), *inside], exactly

    def range(self, claims: Iterable[Bound], figure: Figure | None = None) -> tuple[float, float] | None:
        """Return the least and the most of a figure under claims, or None where these cannot all hold."""
        at_most, exactly = self.rules()
        figures = list(dict.fromkeys([*self.claimed(), *itertools.chain(*at_most, *exactly)]))
        limits = {name: [0.0, np.inf] for name in figures}
        for claim in claims:
            side = ("at least", "at most").index(claim.side)
            pick = max if side == 0 else min
            key = (claim.subject, claim.group)
            limits[key][side] = pick(limits[key][side], claim.count)
        if any(low > high for low, high in limits.values()):
            return None
        ends = []
        for sign in (1, -1):
            result = linprog(
                [sign * (name == figure) for name in figures],
                *(
                    value
                    for rules in (at_most, exactly)
                    for value in (
                        [[rule.get(name, 0) for name in figures] for rule in rules] or None,
                        [0] * len(rules) or None,
                    )
                ),
                bounds=list(limits.values()),
                method="highs",
            )
            if result.status == 2:
                return None
            ends.append(np.inf if result.status == 3 else sign * result.fun)
            if figure is None:
                break
        return ends[0], ends[-1]


CLAIM = st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 4))).map(
    lambda claim: (claim[0], None if claim[1] is None else claim[0] + claim[1])
)
# Many lower bounds are left out, so that not nearly every tree contradicts itself.
LOOSE = st.one_of(CLAIM, st.just((0, None)), CLAIM.map(lambda claim: (claim[0] // 3, claim[1])))


@st.composite
def trees(draw: st.DrawFn, *, nodes: int, groups: bool, claim: st.SearchStrategy[Bounds]) -> World:
    """Return one or two events whose legs follow at most one other."""
    world = World({event: draw(claim) for event in ("e", "f")[: draw(st.integers(1, 2))]})
    for leg in "abcdefgh"[: draw(st.integers(0, nodes - len(world.events)))]:
        leg = f"leg {leg}"
        whole = draw(st.sampled_from([*world.events, *world.legs]))
        event, follows = (whole, ()) if whole in world.events else (world.legs[whole][0], (whole,))
        world.legs[leg] = (event, follows, *draw(claim))
    if groups:
        keys = st.tuples(st.sampled_from([*world.events, *world.legs]), st.sampled_from(["women", "men"]))
        world.groups = draw(st.dictionaries(keys, claim, max_size=5))
    return world


@settings(max_examples=examples(60))
@given(trees(nodes=7, groups=True, claim=LOOSE))
def test_on_trees_bounds_are_the_tightest_that_hold(world: World) -> None:
    found = world.reconcile()
    claims = world.claims()
    if world.range(claims) is None:
        assert found.contradictions
        assert not found.contradictory.empty
        return
    assert found.contradictions == ()
    assert found.contradictory.empty
    for subject, (low, high) in (bounds(found.events) | bounds(found.transfers)).items():
        expected = world.range(claims, (subject, ""))
        assert expected is not None
        assert (low, np.inf if high is None else high) == pytest.approx(expected)


@settings(max_examples=examples(200))
@given(trees(nodes=6, groups=False, claim=CLAIM))
@example(World({"e": (0, 10)}, LEGS))
def test_on_trees_no_fewer_claims_contradict_each_other(world: World) -> None:
    found = world.reconcile()
    claims = world.claims()
    assert bool(found.contradictions) == (world.range(claims) is None)
    for contradiction in found.contradictions:
        assert set(contradiction) <= set(claims)
        assert world.range(contradiction) is None
    # In its own journey: claims of another that contradicts itself sooner say nothing of this one.
    for contradiction in found.contradictions:
        event = contradiction[0].subject
        event = world.legs[event][0] if event in world.legs else event
        own = [claim for claim in claims if world.legs.get(claim.subject, (claim.subject,))[0] == event]
        for fewer in itertools.combinations(own, len(contradiction) - 1):
            assert world.range(fewer) is not None


@dataclass
class Crowd:
    """People who have come with an event or leg, and the women among them, less those who went on."""

    people: int
    women: int


@st.composite
def journeys(draw: st.DrawFn, *, loose: int) -> tuple[World, dict[Figure, int]]:
    """Return claims, and the truth that they are drawn around, with legs that follow up to three."""
    truth: dict[Figure, int] = {}
    crowds: dict[str, Crowd] = {}
    world = World()

    def claim(value: int) -> Bounds:
        low = draw(st.integers(max(0, value - loose), value))
        return low, draw(st.one_of(st.none(), st.integers(value, value + loose)))

    def arrive(subject: str, people: int, women: int) -> None:
        crowds[subject] = Crowd(people, women)
        truth[subject, ""], truth[subject, "women"] = people, women
        if draw(st.booleans()):
            world.groups[subject, "women"] = claim(women)

    for event in "ef":
        people = draw(st.integers(0, 12))
        arrive(event, people, draw(st.integers(0, people)))
        world.events[event] = claim(people)
    for leg in [f"leg {number}" for number in range(draw(st.integers(1, 7)))]:
        event = draw(st.sampled_from("ef"))
        follows = (
            draw(st.lists(st.sampled_from(list(world.legs)), max_size=3, unique=True)) if world.legs else []
        )
        people = women = 0
        for whole in follows or [event]:
            crowd = crowds[whole]
            some_women = draw(st.integers(0, crowd.women))
            others = draw(st.integers(0, crowd.people - crowd.women))
            crowds[whole] = Crowd(crowd.people - some_women - others, crowd.women - some_women)
            people, women = people + some_women + others, women + some_women
        arrive(leg, people, women)
        world.legs[leg] = (event, tuple(follows), *claim(people))
    return world, truth


@given(journeys(loose=3))
def test_a_truth_that_fits_the_claims_is_never_cut_off(drawn: tuple[World, dict[Figure, int]]) -> None:
    world, truth = drawn
    found = world.reconcile()
    assert found.contradictions == ()
    for subject, (low, high) in (bounds(found.events) | bounds(found.transfers)).items():
        assert 0 <= low <= truth[subject, ""]
        assert high is None or truth[subject, ""] <= high


@settings(max_examples=examples(100))
@given(journeys(loose=4))
def test_every_reason_implies_what_it_is_given_for(drawn: tuple[World, dict[Figure, int]]) -> None:
    world, _ = drawn
    found = world.reconcile()
    claims = set(world.claims())
    for subject, (low, high) in (bounds(found.events) | bounds(found.transfers)).items():
        steps = found.why(subject)
        expected = {least(subject, low)} if low else set()
        expected |= set() if high is None else {most(subject, high)}
        own = len(expected - claims)
        assert {step.bound for step in steps[:own]} == expected - claims
        assert len({step.bound for step in steps}) == len(steps)
        for number, step in enumerate(steps):
            explained = {later.bound for later in (*steps[:own], *steps[number + 1 :])} - {step.bound}
            assert set(step.because) <= claims | explained
            implied = world.range(step.because, (subject := step.bound.subject, step.bound.group))
            assert implied is not None
            if step.bound.side == "at least":
                assert implied[0] >= step.bound.count - 1e-6
            else:
                assert implied[1] <= step.bound.count + 1e-6


@settings(max_examples=examples(60))
@given(journeys(loose=1), st.data())
def test_a_reported_contradiction_cannot_hold(
    drawn: tuple[World, dict[Figure, int]], data: st.DataObject
) -> None:
    world, _ = drawn
    for leg in data.draw(st.lists(st.sampled_from(list(world.legs)), min_size=1, max_size=2)):
        event, follows, low, _ = world.legs[leg]
        world.legs[leg] = (event, follows, low + 12, None)
    found = world.reconcile()
    assume(found.contradictions)
    for contradiction in found.contradictions:
        assert set(contradiction) <= set(world.claims())
        assert world.range(contradiction) is None
