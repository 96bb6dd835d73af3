"""A saved plan is a decision: it comes back as it was, or is refused; nothing is ever lost."""

import hashlib
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date

import intakes
import pytest

from meks_geo import backups, i18n, journal
from meks_geo.errors import InputError
from meks_geo.planning import keeping, retelling, saved, scenario, telling
from meks_geo.planning.answer import saved_of, solve
from meks_geo.store import Store

AT = date(2026, 11, 22)
YEARS = range(2026, 2030)
MARKET = ("meks-market", "private", "ifi", "foreign-loan")
MONEY = {"meks-market": dict.fromkeys(YEARS, 300.0), "ifi": dict.fromkeys(YEARS, 100.0)}


@pytest.fixture(scope="module")
def tables(store):
    return store.parameters()


@pytest.fixture(scope="module")
def answer(data, tables):
    asked = scenario.make(
        MONEY, YEARS, thresholds={"heat": 55}, finance={("rate", "ifi"): 9}, weights={"people": 0.2}
    )
    return solve(data, tables, asked, AT)


@pytest.fixture(scope="module")
def made(data, answer):
    return saved_of(data, answer, id="winter", title="Қыс", author="Aigul", note="why")


@pytest.fixture
def place(tmp_path):
    return Store(var=tmp_path / "var")


# -- what is kept ---------------------------------------------------------------------------------


def test_it_comes_back_as_it_was_and_the_same_plan_is_the_same_text(made):
    text = saved.to_json(made)
    found = saved.from_json(text)
    assert found == made
    assert saved.to_json(found) == text
    assert found.digest == made.digest != replace(made, note="another").digest
    assert hash(found) == hash(made)


def test_it_keeps_the_answer_and_what_the_answer_rests_on(made, answer):
    assert (made.revision, made.as_of, made.scenario) == (answer.revision, AT, answer.scenario)
    assert (made.value, made.gap) == (answer.plan.value, answer.plan.gap)
    assert [one.candidate for one in made.works] == [
        one.item.candidate.id for one in answer.plan.chosen
    ]
    total = sum(sum(by_year.values()) for by_year in made.spent.values())
    assert made.cost_bn_kzt == pytest.approx(total)
    assert made.thresholds["heat"] == 55.0
    assert made.thresholds["water"] == 60.0
    assumed = {one.parameter: one for one in made.assumptions}
    assert (assumed["rate:ifi"].value, assumed["rate:ifi"].moved) == (9.0, True)
    assert (assumed["weight:people"].value, assumed["weight:people"].moved) == (0.2, True)
    assert not assumed["coverage"].moved
    assert all(one.assumed or one.source for one in made.assumptions)


def test_works_say_where_they_are_and_what_they_rest_on(made):
    works = {one.candidate: one for one in made.works}
    city = works["city:ekibastuz-heat"]
    assert (city.located, city.place, city.zone, city.wear_percent) == (
        *("city", "ekibastuz", "red", 91.0),
    )
    assert 51 < city.lat < 52
    assert (city.first_year, city.last_year, len(city.costs)) == (2026, 2028, 3)
    price = city.estimate
    assert price.central == pytest.approx(price.size * price.unit_central * price.factor)
    assert price.low < price.central < price.high
    assert "heat-programme" in price.works
    assert city.verdict == "cannot-be-assessed"
    assert {one.why for one in city.asks} == {"no-revenue"}
    assert city.wear_after == 40.0
    assert city.rank >= 1
    region = works["region:KZ-27-electricity"]
    assert (region.lat, region.located) == (None, "")
    assert region.names["name_kk"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_it_is_told_in_every_language_without_the_record(made, data, answer, lang):
    by_id = {one.id: one for one in answer.candidates}
    for one in (*made.works, *made.left_out, *made.not_priceable):
        assert retelling.title(one, lang) == telling.title(data, by_id[one.candidate], lang)
    left = {one.candidate: one for one in made.left_out}
    under_way = next(one for one in left.values() if one.why == "under-way")
    project = data.rows["projects"][under_way.detail]
    assert retelling.reason(under_way, lang).endswith(i18n.name(lang, project))
    part = replace(under_way, why="money", shadow_bn=5.0, source="ifi", year=2027)
    assert "2027" in retelling.reason(part, lang)
    assert i18n.label(lang, "funding", "ifi") in retelling.reason(part, lang)
    whole = next(one for one in made.works if one.candidate == "region:KZ-27-electricity")
    assert retelling.title(whole, lang).startswith(i18n.name(lang, data.rows["regions"]["KZ-27"]))


def test_a_trial_says_so(data, tables):
    asked = scenario.make(MONEY, YEARS, trial=True)
    found = saved_of(data, solve(data, tables, asked, AT))
    assert retelling.document(found, "en")["trial"] is True
    assert found.works == ()
    assert found.outcome.wear == ()


# -- what is asked --------------------------------------------------------------------------------


def test_the_same_question_has_the_same_answer(data, tables, answer):
    again = solve(data, tables, answer.scenario, AT)
    assert saved_of(data, again) == saved_of(data, answer)


@pytest.mark.parametrize(
    ("moved", "code"),
    [
        ({"finance": {("rate", "bank"): 1.0}}, "unknown-code"),
        ({"finance": {("rate", "ifi"): 101.0}}, "out-of-range"),
        ({"finance": {("tier", "ifi"): 7.0}}, "out-of-range"),
        ({"finance": {("grace", "ifi"): 15.0}}, "out-of-range"),
        ({"finance": {("base-year", ""): 1990.0}}, "out-of-range"),
        ({"finance": {("tier", "budget"): 2.0}}, "out-of-range"),
        ({"finance": {("tier", "ifi"): 3.0}}, "out-of-range"),
        ({"finance": {("tier", "ifi"): 1.5}}, "not-whole"),
        ({"finance": {("tier", one): 2.0 for one in MARKET}}, "missing-value"),
        ({"finance": {("tenor", "ifi"): 2.8, ("grace", "ifi"): 2.2}}, "not-whole"),
        ({"finance": {("plant-years", ""): 2.5}}, "not-whole"),
        ({"finance": {("plants-a-place", ""): 1.5}}, "not-whole"),
        ({"finance": {("base-year", ""): 2025.5}}, "not-whole"),
        ({"thresholds": {"gas": 50.0}}, "unknown-code"),
        ({"weights": {"fame": 1.0}}, "unknown-code"),
        (
            {"weights": dict.fromkeys(("excess", "red-km", "incidents", "people"), 0.0)},
            "missing-value",
        ),
        ({"told": {"plant:nowhere": {"people": 5}}}, "unknown-subject"),
    ],
)
def test_a_number_that_cannot_be_moved_there_is_refused(data, tables, moved, code):
    with pytest.raises(InputError) as caught:
        solve(data, tables, scenario.make(MONEY, YEARS, **moved), AT)
    assert {one.code for one in caught.value.problems} == {code}
    assert i18n.problem_text("kk", caught.value.problems[0])


def test_a_threshold_that_was_not_in_force_on_the_day_cannot_be_moved(data, tables):
    asked = scenario.make(MONEY, YEARS, thresholds={"heat": 55})
    with pytest.raises(InputError) as caught:
        solve(data, tables, asked, date(2020, 1, 1))
    (problem,) = caught.value.problems
    assert (problem.code, problem.column, problem.value) == ("unknown-code", "thresholds", "heat")


def test_a_lender_may_be_asked_second(data, tables):
    moved = {("tier", one): 2.0 for one in MARKET[1:]}
    found = solve(data, tables, scenario.make(MONEY, YEARS, finance=moved), AT)
    assert {one.source for one in found.plan.chosen} == {"meks-market"}


def test_wherever_a_number_is_moved_there_is_an_answer_or_a_refusal(data, tables):
    """No reader can see in advance what is divided by."""
    rows = tables["finance"][["parameter", "applies_to"]].itertuples(index=False, name=None)
    keys = {name: (name, to) for name, to in rows}  # one of each name
    moved = [*((key, 0.0) for key in keys.values()), (keys["plant-years"], 0.5)]
    refused = set()
    for key, value in moved:
        asked = scenario.make({"ifi": {2026: 50}}, [2026], finance={key: value})
        try:
            found = saved_of(data, solve(data, tables, asked, AT), id="x")
        except InputError:
            refused.add((key[0], value))
        else:
            assert saved.from_json(saved.to_json(found)) == found
    assert {("season-share", 0.0), ("replaced-wear", 0.0), ("plant-years", 0.5)} <= refused
    assert ("coverage", 0.0) not in refused


def test_a_moved_threshold_moves_what_is_red(data, tables):
    def solved(**moved):
        asked = scenario.make(MONEY, YEARS, objective="entities-out-of-red", **moved)
        return solve(data, tables, asked, AT)

    usual, strict = solved(), solved(thresholds={"combined": 20.0})
    red = [{one.id for one in made.candidates if one.zone == "red"} for made in (usual, strict)]
    assert red[0] < red[1]
    assert {one.rpartition("-")[2] for one in red[1] - red[0]} == {"combined"}
    assert (strict.thresholds["combined"], usual.thresholds["combined"]) == (20.0, 60.0)
    lax = {one.id: one for one in solved(thresholds={"heat": 95.0}).candidates}
    city, region = lax["city:ekibastuz-heat"], lax["region:KZ-27-heat"]
    assert (city.zone, city.zone_basis) == ("red", "declared")  # a statement, no result
    assert (region.zone, region.zone_basis) == ("yellow", "computed")


def test_a_moved_threshold_moves_the_lines_of_the_map_too(data, tables):
    lines = intakes.lines(4, operator="Heat One", wear_percent=["80", "50", "30", ""])
    world = intakes.holding(data, lines.frame.set_index("network_id"))

    def red_km(**moved):
        found = solve(world, tables, scenario.make(MONEY, YEARS, **moved), AT)
        (group,) = [one for one in found.candidates if one.kind == "network" and one.red_km]
        return group.red_km

    each = red_km()
    assert red_km(thresholds={"heat": 45}) == pytest.approx(2 * each, rel=1e-3)
    assert red_km(thresholds={"heat": 25}) == pytest.approx(3 * each, rel=1e-3)
    assert red_km(thresholds={"water": 25}) == each


# -- damage ---------------------------------------------------------------------------------------


def _changed(made, *path, to):
    document = json.loads(saved.to_json(made))
    part = document
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = to
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("format",), 2),
        (("id",), "../x"),
        (("id",), 5),
        (("title",), "x" * 5_000),
        (("as_of",), "soon"),
        (("value",), "many"),
        (("value",), float("nan")),
        (("value",), float("inf")),
        (("gap",), True),
        (("version",), 1.5),
        (("spent", "ifi"), {"soon": 1}),
        (("spent",), []),
        (("works",), {}),
        (("works", 0, "costs"), {}),
        (("works", 0, "names"), {"name_kk": 5}),
        (("works", 0, "asks"), [{}]),
        (("works", 0, "fame"), 1),
        (("scenario", "money"), {"bank": {"2026": 1}}),
        (("scenario",), None),
        (("outcome", "wear"), [5]),
        (("fame",), 1),
        (("at_saved",), "yesterday"),
        (("at_saved",), "2026-13-01T00:00:00Z"),
        (("at_saved",), "2026-11-22T00:00:00"),
        (("objective",), "glory"),
        (("thresholds",), {"steam": 50}),
        (("spent",), {"private": {"2026": 1}}),
        (("works", 0, "region"), "KZ-99"),
        (("works", 0, "sector"), "steam"),
        (("works", 0, "source"), "bank"),
        (("works", 0, "verdict"), "perhaps"),
        (("works", 0, "zone"), "blue"),
        (("works", 0, "provenance"), "rumour"),
        (("works", 0, "asks", 0, "why"), "mood"),
        (("works", 0, "asks", 0, "source"), "bank"),
        (("left_out", 0, "why"), "mood"),
        (("left_out", 0, "region"), ""),
        (("left_out", 0, "source"), "bank"),
        (("not_priceable", 0, "missing"), ["mood"]),
        (("not_priceable", 0, "sector"), "steam"),
        (("outcome", "wear", 0, "region"), "KZ-99"),
        (("outcome", "wear", 0, "basis"), "mood"),
        (("outcome", "targets", 0, "sector"), "steam"),
        (("outcome", "tariff", 0, "sector"), "steam"),
    ],
)
def test_a_damaged_text_is_refused_in_words(made, path, to):
    with pytest.raises(InputError) as caught:
        saved.from_json(_changed(made, *path, to=to), "winter")
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("damaged-plan", "winter")
    assert i18n.problem_text("ru", problem)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", "[" * 100_000, '{"format":1}'])
def test_what_is_no_plan_at_all_is_refused(text):
    with pytest.raises(InputError):
        saved.from_json(text)


def test_a_part_that_a_later_version_added_may_be_absent(made):
    document = json.loads(saved.to_json(made))
    for name in ("assumptions", "thresholds", "version"):
        del document[name]
    assert saved.from_json(json.dumps(document)).works == made.works


# -- in the journal -------------------------------------------------------------------------------


def test_saved_again_it_is_a_new_version_and_the_old_one_stays(place, made):
    first = place.save_plan(made)
    second = place.save_plan(replace(made, title="Көктем"))
    assert (first.version, second.version) == (1, 2)
    assert first.at_saved.endswith("Z")
    assert place.plan("winter") == second
    assert place.plans() == (second,)
    assert [one.plan for one in place.plan_versions("winter")] == [second, first]
    assert [(one.user, one.action, one.detail) for one in place.audit()] == [
        *(("Aigul", "save-plan", "winter 2"), ("Aigul", "save-plan", "winter 1")),
    ]


def test_removal_is_an_entry_and_what_was_saved_stays_readable(place, made):
    first = place.save_plan(made)
    other = place.save_plan(replace(made, id="spring"))
    place.remove_plan("winter", "Berik", "no longer")
    assert place.plan("winter") is None
    assert place.plans() == (other,)
    gone, kept = place.plan_versions("winter")
    assert (gone.plan, gone.author, gone.note) == (None, "Berik", "no longer")
    assert kept.plan == first
    with pytest.raises(LookupError):
        place.remove_plan("winter", "Berik", "again")
    assert place.save_plan(made).version == 2
    assert place.plans()[0].id == "winter"


def test_where_nothing_is_saved_nothing_is_there(place):
    assert (place.plans(), place.plan("x"), place.plan(""), place.plan_versions("x")) == (
        *((), None, None, ()),
    )
    assert not place.var.exists()
    with pytest.raises(LookupError):
        place.remove_plan("x", "a", "b")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": ""}, "bad-id"),
        ({"id": "Winter"}, "bad-id"),
        ({"id": "a/b"}, "bad-id"),
        ({"title": " \n "}, "missing-value"),
        ({"author": ""}, "missing-value"),
        ({"title": "x" * 121}, "out-of-range"),
        ({"note": "x" * 2_001}, "out-of-range"),
    ],
)
def test_without_a_name_or_with_a_strange_one_nothing_is_saved(place, made, change, code):
    with pytest.raises(InputError) as caught:
        place.save_plan(replace(made, **change))
    assert [one.code for one in caught.value.problems] == [code]
    assert place.plans() == ()


def test_words_are_kept_in_one_line(place, made):
    found = place.save_plan(replace(made, title="a\n\tb\u202e c ", note="x\x00y"))
    assert (found.title, found.note) == ("a b c", "x y")


def test_a_damaged_plan_hides_no_other(place, made):
    place.save_plan(made)
    with journal.writing(place.journal) as log:
        log.keep(journal.Kept("broken", "{", "a", "b", "2026-11-22T00:00:00Z"))
        log.keep(journal.Kept("other", saved.to_json(made), "a", "b", "2026-11-22T00:00:00Z"))
    assert [one.id for one in place.plans()] == ["winter"]
    assert [(one.code, one.file) for one in place.damaged_plans()] == [
        *(("damaged-plan", "other"), ("damaged-plan", "broken")),
    ]
    with pytest.raises(InputError):
        place.plan("broken")


def test_a_text_that_was_never_saved_is_no_version(made):
    draft = journal.Kept("winter", saved.to_json(made), "a", "b", "2026-11-22T00:00:00Z")
    with pytest.raises(InputError) as caught:
        keeping.version_of(draft)
    assert caught.value.problems[0].code == "damaged-plan"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_there_are_words_for_every_code_that_a_plan_may_keep(lang):
    keys = [
        *(f"plan.why.{one}" for one in saved.REASONS),
        *(f"plan.ask.{one}" for one in saved.ANSWERS),
        *(f"plan.missing.{one}" for one in saved.MISSING),
        *(f"planpage.verdict_{one}" for one in saved.VERDICTS),
        *(f"plan.objective.{one}" for one in scenario.OBJECTIVES),
    ]
    assert not [one for one in keys if not i18n.has(lang, one)]


def test_a_journal_of_a_time_without_plans_opens_and_takes_them(place, made):
    place.note("a", "b", "c")
    with closing(sqlite3.connect(place.journal)) as connection:
        connection.execute("DROP TABLE plans")
        connection.commit()
    assert (place.plans(), place.plan("winter"), len(place.audit())) == ((), None, 1)
    assert place.save_plan(made).version == 1
    assert place.plan("winter").title == "Қыс"


def test_two_who_save_at_once_both_stay(place, made):
    other = Store(var=place.var)
    place.save_plan(made)
    other.save_plan(replace(made, author="Berik"))
    assert [one.plan.author for one in place.plan_versions("winter")] == ["Berik", "Aigul"]


def test_where_nothing_can_be_written_it_is_said(tmp_path, made):
    blocked = tmp_path / "var"
    blocked.write_text("a file", "utf-8")
    with pytest.raises(InputError) as caught:
        Store(var=blocked).save_plan(made)
    assert caught.value.problems[0].code == "unwritable-file"


# -- in a backup ----------------------------------------------------------------------------------


def test_a_backup_carries_plans_and_a_restore_brings_them_back(small, tmp_path, made):
    first = small.save_plan(made)
    small.save_plan(replace(made, id="spring"))
    small.remove_plan("spring", "Berik", "why")
    small.backup(tmp_path / "b.zip")
    small.save_plan(replace(made, title="later"))
    small.remove_plan("winter", "Berik", "why")
    small.restore(tmp_path / "b.zip", author="Berik")
    assert small.plans() == (first,)
    assert [one.plan for one in small.plan_versions("winter")] == [first]
    assert len(small.plan_versions("spring")) == 2
    (before,) = small.var.glob("before-restore-*.zip")
    small.restore(before, author="Berik")
    assert small.plans() == ()
    assert len(small.plan_versions("winter")) == 3
    assert small.save_plan(made).version == 3


def test_plans_of_a_place_without_a_history_are_kept_before_it_is_restored(
    small_home, small, tmp_path, made
):
    small.backup(tmp_path / "b.zip")
    bare = Store(root=small_home, var=tmp_path / "bare")
    first = bare.save_plan(made)
    bare.restore(tmp_path / "b.zip", author="Berik")
    assert bare.plans() == ()
    (before,) = bare.var.glob("before-restore-*.zip")
    bare.restore(before, author="Berik")
    assert bare.plans() == (first,)


def _without_plans(source, target, *, change):
    """The same backup with another journal, its hash set right."""
    with zipfile.ZipFile(source) as old:
        members = {name: old.read(name) for name in old.namelist()}
    path = target.with_suffix(".sqlite")
    path.write_bytes(members["journal.sqlite"])
    with closing(sqlite3.connect(path)) as connection:
        change(connection)
        connection.commit()
    members["journal.sqlite"] = journal.snapshot(path)
    manifest = json.loads(members.pop("manifest.json"))
    manifest["files"]["journal.sqlite"] = hashlib.sha256(members["journal.sqlite"]).hexdigest()
    with zipfile.ZipFile(target, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return target


def test_a_backup_of_a_time_without_plans_leaves_those_of_today(small, tmp_path, made):
    small.backup(tmp_path / "b.zip")
    old = _without_plans(
        tmp_path / "b.zip", tmp_path / "old.zip", change=lambda c: c.execute("DROP TABLE plans")
    )
    first = small.save_plan(made)
    small.restore(old, author="Berik")
    assert small.plans() == (first,)


@pytest.mark.parametrize("text", ["{", 5, b"\x00"])
def test_a_backup_with_a_plan_that_cannot_be_read_changes_nothing(small, tmp_path, made, text):
    first = small.save_plan(made)
    small.backup(tmp_path / "b.zip")
    bad = _without_plans(
        tmp_path / "b.zip",
        tmp_path / "bad.zip",
        change=lambda c: c.execute("UPDATE plans SET text = ?", (text,)),
    )
    with pytest.raises(InputError) as caught:
        small.restore(bad, author="Berik")
    assert caught.value.problems[0].code == "unreadable-file"
    assert small.plans() == (first,)
    assert not list(small.var.glob("before-restore-*"))


def test_plans_of_a_backup_are_read_only_once_they_are_unpacked(small, tmp_path, made):
    small.save_plan(made)
    small.backup(tmp_path / "b.zip")
    folder = tmp_path / "unpacked"
    folder.mkdir()
    backups.unpack(tmp_path / "b.zip", folder)
    (kept,) = backups.plans(folder, "b.zip")
    assert keeping.version_of(kept).plan.title == "Қыс"


# -- ids ------------------------------------------------------------------------------------------


def test_an_id_is_made_of_a_title_in_any_alphabet():
    assert keeping.slug("Жоспар 2026–2029: жылу") == "zhospar-2026-2029-zhylu"
    assert keeping.slug("Щука и Ёж") == "shchuka-i-yozh"
    assert keeping.slug("Қыс", ["qys", "qys-2"]) == "qys-3"
    assert keeping.slug("計画") == keeping.slug("計画")
    for title in ("計画", "../etc", "A" * 500, "=cmd()", " "):
        assert saved.ID.fullmatch(keeping.slug(title))
