"""The card of a thing: what is true, from which source, and what was promised before."""

from datetime import date

import pytest

from meks_geo import cards, i18n
from meks_geo.state import as_of
from meks_geo.vocabulary import Lang, Standing

SPRING, NOW = date(2026, 4, 8), date(2026, 11, 21)
KOKSHETAU = "kokshetau-chp-newbuild"


def card(data, subject, at=NOW, lang="en"):
    return cards.card(data, as_of(data, at), subject, lang)


def section(data, subject, **how):
    return next(s for s in card(data, subject, **how).sections if s.id == subject)


def promise(data, attribute, at=SPRING):
    return next(p for p in section(data, KOKSHETAU, at=at).promises if p.attribute == attribute)


def line(shown, attribute):
    label = i18n.text("en", f"attribute.{attribute}")
    return next(one for one in shown.lines if one.label == label)


# -- what was promised ------------------------------------------------------------------------


def test_the_deadline_of_kokshetau_slipped_by_fifteen_months(data):
    found = promise(data, "completion")
    values = [step.value for step in found.steps]
    assert values[0] == i18n.date("en", "2027")
    assert values[-1] == i18n.date("en", "2029-Q1")
    assert i18n.date("en", "2028") in values
    assert found.change == i18n.plural("en", "card.slip", 15)
    days = [step.day for step in found.steps]
    assert days[:2] == [i18n.date("en", "2023"), i18n.date("en", "2023-12-26")]
    assert days[-1] == i18n.date("en", "2026-04-07")
    assert all(step.number for step in found.steps)
    assert found.steps[0].number < found.steps[-1].number < 2030


def test_its_cost_grew_by_half(data):
    found = promise(data, "cost_bn_kzt")
    assert [step.number for step in found.steps] == [239, 347, 356, 356.3, 356]
    assert found.steps[0].value == i18n.quantity("en", "239", "bn KZT")
    assert "49" in found.change
    assert found.change.startswith("+")


def test_its_contractor_changed(data):
    steps = [s for s in promise(data, "contractor").steps if s.standing == "stands"]
    assert steps[0].value == "Inter RAO - Export"
    assert "SEPCO1" in steps[-1].value
    assert {s.number for s in steps} == {None}


def test_a_promise_is_shown_as_it_was_on_the_day(data):
    early = section(data, KOKSHETAU, at=date(2024, 1, 15))
    assert "completion" not in [p.attribute for p in early.promises]  # 2027 each time
    later = promise(data, "completion", at=date(2024, 1, 16))
    assert later.change == i18n.plural("en", "card.slip", 12)


def test_a_deadline_brought_forward_is_no_slip(world):
    told = world(
        (KOKSHETAU, "completion", "2029", "2024-01-01"),
        (KOKSHETAU, "completion", "2028-H1", "2025-01-01"),
        (KOKSHETAU, "completion", "2035", "2025-06-01", "doubtful"),
        (KOKSHETAU, "cost_bn_kzt", "400", "2024-01-01"),
        (KOKSHETAU, "cost_bn_kzt", "300", "2025-01-01"),
    )
    deadline, cost = section(told, KOKSHETAU).promises
    assert deadline.change == i18n.plural("en", "card.earlier", 18)
    assert cost.change == f"\u2212{i18n.quantity('en', '25', 'percent')}"
    assert cards.slip(told, KOKSHETAU, NOW) == -18


@pytest.mark.parametrize(
    ("at", "months"),
    [(date(2020, 1, 1), None), (date(2023, 12, 26), None), (date(2024, 1, 15), 0), (SPRING, 15)],
)
def test_the_slip_in_months(data, at, months):
    assert cards.slip(data, KOKSHETAU, at) == months


# -- what is true -----------------------------------------------------------------------------


def test_each_line_carries_value_unit_day_and_a_source_with_its_address(data):
    shown = section(data, KOKSHETAU, at=SPRING)
    heat = line(shown, "heat_gcal_h").said
    assert heat.value == i18n.quantity("en", "820", "Gcal/h")
    assert (heat.stated_on.text, heat.day) == ("2026-04-07", i18n.date("en", "2026-04-07"))
    times = data.sources["themoscowtimes-com-01"]
    assert (heat.url, heat.title, heat.source) == (times.url, times.title, times.publisher)
    for one in shown.lines:
        assert one.said.value
        assert one.said.day
        assert one.said.url.startswith("http")


def test_values_of_one_day_stand_side_by_side(data):
    oskemen = section(data, "oskemen-chp-3-newbuild", at=date(2023, 12, 26))
    deadline = line(oskemen, "completion")
    assert deadline.said.value == i18n.date("en", "2030")
    assert [other.value for other in deadline.conflicts] == [i18n.date("en", "2027")]
    assert deadline.conflicts[0].url.startswith("http")


def test_what_is_doubtful_is_in_the_history_marked_with_its_note(data):
    shown = section(data, KOKSHETAU)
    assert {one.said.standing for one in shown.lines} <= {"stands", "register"}
    doubtful = [said for _, said in shown.history if said.standing == "doubtful"]
    assert len(doubtful) == 4  # c060, c072, c077, c101
    assert all(said.note for said in doubtful)
    days = [said.stated_on.first for _, said in shown.history]
    assert days[0] == max(days)


def test_a_plant_shows_its_projects_and_a_project_its_plant(data):
    plant = card(data, "kokshetau-chp-new")
    assert [s.id for s in plant.sections] == [KOKSHETAU, "kokshetau-chp-new"], "promises first"
    assert plant.accuracy == i18n.text("en", "legend.ring")
    assert plant.newest == "2026-04-07"
    assert set(plant.names) == {"Көкшетау ЖЭО (жаңа)", "Кокшетауская ТЭЦ (новая)"}
    project = card(data, KOKSHETAU)
    assert [(one, name) for _, one, name in project.linked] == [
        ("kokshetau-chp-new", data.plants.at["kokshetau-chp-new", "name_en"])
    ]


def test_parents_and_children_are_linked(data):
    def around(subject):
        return {one: relation for relation, one, _ in card(data, subject).linked}

    child, parent = i18n.text("en", "card.child"), i18n.text("en", "card.parent")
    assert around("aksu-gres-units")["aksu-gres-unit-7"] == child
    assert around("aksu-gres-unit-7")["aksu-gres-units"] == parent
    assert around("atyrau-heat-nets").items() >= {
        "meks": parent, "atyrau-heat-networks": i18n.text("en", "card.entity"),
    }.items()  # fmt: skip
    assert list(around("meks").values()).count(child) == 5


def test_a_figure_in_doubt_is_never_what_a_town_shows(data):
    for subject in [*data.places.index, *data.regions.index]:
        (own,) = card(data, subject).sections
        shown = {one.label: one.said for one in own.lines}
        assert {s.standing for s in shown.values()} <= {"stands"}, subject
    temirtau = card(data, "temirtau").sections[0]
    assert [one.said.value for one in temirtau.lines] == [i18n.quantity("en", "67", "percent")]
    assert i18n.quantity("en", "88", "percent") in [said.value for _, said in temirtau.history]


def test_a_region_shows_its_figures_and_its_projects(data):
    karaganda = card(data, "KZ-35")
    shown = {one.label: one.said.value for one in karaganda.sections[0].lines}
    for sector, wear in (
        ("heat", "66"),
        ("electricity", "65"),
        ("water", "68"),
        ("combined", "62"),
    ):
        label = i18n.label("en", "sector", sector)
        assert shown[label] == i18n.quantity("en", wear, "percent")
    assert {one for _, one, _ in karaganda.linked} == set(
        data.projects.index[data.projects["region"] == "KZ-35"]
    )
    # a town's figure is under the name of the town
    pavlodar = {one.label for one in card(data, "KZ-55").sections[0].lines}
    assert any("Pavlodar" in label and label != "Pavlodar" for label in pavlodar)


def test_the_country_has_a_card(data):
    country = card(data, "KZ")
    assert country.title == data.regions.at["KZ", "name_en"]
    assert country.sections[0].lines
    assert country.sections[0].history


@pytest.mark.parametrize("subject", ["no-such-plant", "", "<b>"])
def test_an_unknown_id_has_no_card(data, subject):
    assert card(data, subject) is None


@pytest.mark.parametrize("lang", Lang)
def test_every_subject_has_a_card(data, lang):
    tables = (data.plants, data.projects, data.entities, data.regions, data.places)
    state = as_of(data, NOW)
    for subject in (str(one) for table in tables for one in table.index):
        found = cards.card(data, state, subject, lang)
        assert found.title
        assert {said.standing for _, said in found.sections[0].history} <= set(Standing)
    assert card(data, KOKSHETAU, at=date(2019, 1, 1), lang=lang).sections[0].lines == ()


def test_the_newest_statements_come_first_one_a_thing_and_day(data):
    found = cards.latest(data, as_of(data, SPRING), [KOKSHETAU, "semey-chp-3-newbuild"], "en")
    assert found[0].day == i18n.date("en", "2026-04-07")
    keys = [(one.subject, one.day) for one in found]
    assert len(set(keys)) == len(keys)
    assert {one.subject for one in found} == {KOKSHETAU, "semey-chp-3-newbuild"}
