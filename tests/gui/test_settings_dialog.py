"""The supervisor's settings."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from sigverify.gui.settings_dialog import SettingsDialog
from sigverify.gui.threshold_section import percent
from sigverify.messages import Device
from sigverify.settings import Settings
from tests.gui.conftest import Desk, MakeDesk, settle
from tests.gui.fake_engine import card

APPLY = QDialogButtonBox.StandardButton.Apply


def opened(desk: Desk) -> SettingsDialog:
    desk.window.dialogs.open_settings()
    settle()
    dialog = desk.window.dialogs.shown
    assert isinstance(dialog, SettingsDialog)
    return dialog


@pytest.fixture
def judged(desk: Desk, cheque: Path, cards: list[Path]) -> Desk:
    """A pair at 0.43, accepted at the model's own 0.68."""
    desk.drop_in(cheque, cards[0])
    return desk


def test_the_rates_at_the_threshold_come_from_the_card_and_follow_the_slider(judged: Desk) -> None:
    section, curve = opened(judged).one, card().one
    for threshold in (0.68, 0.6, 0.9, 0.0, 1.4):
        section.slider.setValue(round(threshold / 0.005))
        at = curve.at(threshold)
        shown = [label.text() for label in section.rates]
        assert shown == [percent(at.far_random), percent(at.far_skilled), percent(at.frr)]
        assert section.number.value() == pytest.approx(threshold)
    assert [label.text() for label in section.trials] == [
        "of 4\u2009000 trials",
        "of 1\u2009200 trials",
        "of 1\u2009100 trials",
    ]


def test_the_number_moves_the_slider_and_is_finer_than_it(judged: Desk) -> None:
    section = opened(judged).one
    section.number.setValue(0.612)
    assert section.slider.value() == round(0.612 / 0.005)
    assert section.threshold == 0.612


def test_one_and_several_specimens_have_their_own_thresholds(judged: Desk) -> None:
    dialog = opened(judged)
    assert dialog.one.number.value() == pytest.approx(0.68)
    assert dialog.several.number.value() == pytest.approx(0.52)
    dialog.several.number.setValue(0.5)
    assert dialog.one.threshold is None
    assert dialog.several.threshold == 0.5


def test_a_supervisor_sees_what_a_comparison_says_at_the_threshold(judged: Desk) -> None:
    dialog = opened(judged)
    assert dialog.one.support.text() == "A comparison at this threshold leaves open who wrote the questioned signature."
    dialog.one.number.setValue(1.2)
    assert dialog.one.support.text() == "A comparison at this threshold speaks fairly strongly for another writer."


def test_without_a_calibration_nothing_is_said_of_the_threshold(judged: Desk) -> None:
    dialog = opened(judged)
    dialog.show_card(replace(card(), calibration=None))
    assert dialog.one.support.isHidden()


def test_an_applied_threshold_judges_the_shown_pair_anew_and_is_kept(judged: Desk) -> None:
    dialog = opened(judged)
    dialog.one.number.setValue(0.4)
    dialog.buttons.button(APPLY).click()
    settle()
    assert judged.window.page.verdict.headline.text() == "FLAG"
    assert judged.window.page.verdict.bar.reading.threshold == 0.4
    assert judged.kept[-1].threshold_one == 0.4
    assert dialog.isVisible()
    assert not dialog.buttons.button(APPLY).isEnabled()


def test_reset_goes_back_to_the_models_own(judged: Desk) -> None:
    dialog = opened(judged)
    assert not dialog.one.reset.isEnabled()
    dialog.one.number.setValue(0.4)
    dialog.accept()
    settle()
    dialog = opened(judged)
    assert "the model's own is 0.680" in dialog.one.origin.text()
    dialog.one.reset.click()
    assert dialog.one.number.value() == pytest.approx(0.68)
    dialog.accept()
    settle()
    assert judged.kept[-1].threshold_one is None
    assert judged.window.page.verdict.headline.text() == "ACCEPT"


def test_cancel_changes_nothing(judged: Desk) -> None:
    dialog = opened(judged)
    dialog.one.number.setValue(0.1)
    dialog.reject()
    settle()
    assert judged.window.page.verdict.bar.reading.threshold == 0.68
    assert judged.kept == []


def test_settings_that_cannot_be_kept_are_not_put_in_force(judged: Desk) -> None:
    dialog = opened(judged)
    judged.full = True
    dialog.one.number.setValue(0.4)
    dialog.accept()
    settle()
    assert dialog.isVisible()
    assert any("disk is full" in text for text in dialog.notices.texts)
    assert judged.window.page.verdict.headline.text() == "ACCEPT"
    judged.full = False
    dialog.accept()
    settle()
    assert judged.window.page.verdict.headline.text() == "FLAG"


def test_a_threshold_set_earlier_is_in_force_from_the_start(
    make_desk: MakeDesk, cheque: Path, cards: list[Path]
) -> None:
    desk = make_desk(Settings(threshold_one=0.4), start=False)
    desk.drop_in(cheque, cards[0])
    desk.engine.become_ready()
    settle()
    assert desk.window.page.verdict.headline.text() == "FLAG"
    assert opened(desk).one.number.value() == pytest.approx(0.4)


def test_a_threshold_beyond_the_scale_is_shown_as_it_is(make_desk: MakeDesk) -> None:
    section = opened(make_desk(Settings(threshold_one=1.9))).one
    assert section.number.value() == pytest.approx(1.9)
    assert section.threshold == 1.9


def test_devices_are_offered_with_what_was_found(judged: Desk) -> None:
    dialog = opened(judged)
    items = [dialog.device.itemText(index) for index in range(dialog.device.count())]
    assert items[0] == "Automatic (CPU, 2 threads)"
    assert "CUDA: no NVIDIA GPU was found" in items
    model = dialog.device.model()
    flags = [bool(model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsEnabled) for row in range(len(items))]
    assert flags == [True, True, False, False]


def test_automatic_means_the_first_device_that_is_there(judged: Desk) -> None:
    dialog = opened(judged)
    dialog.show_devices(
        (
            Device(key="cuda", label="Fast card (CUDA)", available=True),
            Device(key="mps", label="Apple GPU", available=False, note="no Apple GPU found"),
            Device(key="cpu", label="CPU", available=True),
        )
    )
    assert dialog.device.itemText(0) == "Automatic (Fast card (CUDA))"


def test_where_the_chosen_device_is_missing_the_cpu_can_be_chosen(make_desk: MakeDesk) -> None:
    dialog = opened(make_desk(Settings(device="cuda")))
    dialog.show_devices(())  # as it is while no model is loaded
    assert dialog.device.currentData() == "cuda"
    assert dialog.device.findData("cpu") > 0
    assert dialog.device.findData("auto") == 0


def test_another_device_loads_the_model_there_and_judges_again(judged: Desk) -> None:
    dialog = opened(judged)
    dialog.device.setCurrentIndex(dialog.device.findData("cpu"))
    dialog.accept()
    settle()
    assert judged.engine.device == "cpu"
    assert judged.kept[-1].device == "cpu"
    assert judged.window.page.verdict.headline.text() == "ACCEPT"


def test_before_the_model_is_loaded_thresholds_wait_and_are_not_lost(make_desk: MakeDesk) -> None:
    desk = make_desk(Settings(threshold_several=0.5, device="mps"), start=False)
    dialog = opened(desk)
    assert not dialog.several.isEnabled()
    assert dialog.chosen.threshold_several == 0.5
    assert dialog.chosen.device == "mps"
    desk.engine.become_ready()
    settle()
    assert dialog.several.isEnabled()
    assert dialog.several.number.value() == pytest.approx(0.5)
    assert dialog.chosen == Settings(threshold_several=0.5, device="mps")


def test_the_languages_are_those_declared(judged: Desk) -> None:
    language = opened(judged).language
    assert [language.itemData(index) for index in range(language.count())] == ["system", "en"]
    assert language.itemText(1) == "English"


def test_the_dialog_fits_a_small_screen(judged: Desk) -> None:
    size = opened(judged).sizeHint()
    assert size.width() <= 1240
    assert size.height() <= 640
