import pytest
import torch

from sigverify.model.devices import has_bfloat16

QUESTIONS = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")


@pytest.mark.parametrize("answers", [(True, False), (False, True), (False, False)])
def test_a_processor_computes_in_bfloat16_only_where_it_says_so(monkeypatch, answers):
    for question, answer in zip(QUESTIONS, answers, strict=True):
        monkeypatch.setattr(torch.cpu, question, lambda answer=answer: answer, raising=False)
    assert has_bfloat16("cpu") is any(answers)


def test_a_torch_that_cannot_be_asked_trains_in_float32(monkeypatch):
    for question in QUESTIONS:
        monkeypatch.delattr(torch.cpu, question, raising=False)
    assert not has_bfloat16("cpu")


def test_a_graphics_card_that_is_not_there_has_no_bfloat16(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert not has_bfloat16("cuda")
    assert not has_bfloat16("mps")
