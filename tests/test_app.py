import pytest

from sigverify import app, paths
from sigverify.domain import Decision, Policy
from sigverify.errors import ModelError, SigverifyError
from sigverify.settings import Settings
from tests.fakes import card, pasted, signature


@pytest.mark.parametrize(
    ("settings", "policy"),
    [
        (Settings(), Policy(one=0.5, several=0.4)),
        (Settings(threshold_one=0.0), Policy(one=0.0, several=0.4)),
        (Settings(threshold_several=0.9), Policy(one=0.5, several=0.9)),
    ],
)
def test_the_supervisors_thresholds_are_in_force_where_there_are_any(settings, policy):
    assert app.policy_of(settings, card(one=0.5, several=0.4)) == policy


def test_a_verifier_is_built_of_weights_on_a_device(untrained):
    verifier = app.build_verifier("cpu", untrained)
    verification = verifier.verify(pasted(signature(20)), [pasted(signature(33))], Policy(one=2.0, several=2.0))
    assert verification.decision is Decision.ACCEPT
    assert verification.model.name == "untrained"
    assert verification.device.startswith("CPU")


def test_the_programs_own_weights_are_the_default():
    assert app.default_weights() == paths.weights()


def test_a_card_is_read_without_its_weights(untrained, tmp_path):
    alone = tmp_path / "other.json"
    alone.write_text(untrained.with_suffix(".json").read_text())
    assert app.card_of(tmp_path / "other.safetensors").name == "untrained"
    with pytest.raises(ModelError, match=r"none\.json"):
        app.card_of(tmp_path / "none.safetensors")


def test_the_samples_are_one_questioned_signature_and_specimens_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    with pytest.raises(SigverifyError, match="sample signatures are missing"):
        app.sample_sources()
    (tmp_path / "samples").mkdir()
    for name in ("specimen_2.png", "questioned_genuine.png", "specimen_1.png"):
        (tmp_path / "samples" / name).touch()
    questioned, specimens = app.sample_sources()
    assert questioned.name == "questioned_genuine.png"
    assert [source.name for source in specimens] == ["specimen_1.png", "specimen_2.png"]


@pytest.mark.skipif(not paths.locator().exists(), reason="this checkout has no locator")
def test_the_sample_cheque_was_signed_by_the_person_on_file():
    verifier = app.build_verifier()
    verifier.equip_locator(app.load_locator())
    verification = verifier.verify(*app.sample_sources(cheque=True))
    assert verification.decision is Decision.ACCEPT
    assert verification.located.automatic is not None


def test_the_samples_that_come_with_the_program_can_be_judged():
    from sigverify.verifier import Verifier

    questioned, specimens = app.sample_sources()
    assert specimens
    for source in (questioned, *specimens):
        assert Verifier().view(source).quality.good
