"""What is proposed from a pasted message: the cases are data, and no text breaks it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.requests.reading import bare, phone_as_kept, phones_in, read_message

MESSAGES = json.loads(Path(__file__).with_name("messages.json").read_text("utf-8"))
WORDS = json.loads(Path("server/requests/words.json").read_text("utf-8"))
ANY_WORD = [
    *(word for group in ("address", "symptom", "serial") for word in WORDS[group]["labels"]),
    *WORDS["phone"]["labels"], *WORDS["name"]["labels"],
    *WORDS["address"]["parts"], *WORDS["name"]["titles"], "LC365H-0002", "LC-365H", "13812345678",
    "0516-83456789", "：", "，", " ", "\n", "张三 09:00", "漏油", "(", "-", "1", "\u0000", "４",
]  # fmt: skip


@pytest.mark.parametrize("case", MESSAGES["cases"], ids=[c["name"] for c in MESSAGES["cases"]])
def test_a_message_is_read_as_the_case_says(case: dict[str, Any]) -> None:
    found = vars(read_message(case["text"], MESSAGES["models"]))
    told = {**found, "phones": list(found["phones"]), "serials": list(found["serials"])}
    assert told == {name: case[name] for name in told}


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(ANY_WORD), max_size=30).map("".join)))
def test_no_text_breaks_it_and_nothing_is_invented(text: str) -> None:
    found = read_message(text, MESSAGES["models"])
    told = bare(text)
    for phone in found.phones:
        assert bare(phone) in told
    for part in (found.name, found.address, *found.serials):
        assert part is None or bare(part) in told


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        ["13812345678", "138 1234 5678", "+86 138-1234-5678", "１３８１２３４５６７８"]
    ),
    st.text(alphabet="漏油了请来看看，。 \n", max_size=40),
    st.text(alphabet="漏油了请来看看，。 \n", max_size=40),
)
def test_a_number_is_found_wherever_it_stands(number: str, before: str, after: str) -> None:
    assert read_message(f"{before}{number}{after}").phones == ("13812345678",)


@pytest.mark.parametrize("typed", ["13812345678", "138 1234 5678", "+8613812345678"])
def test_one_number_is_kept_in_one_form(typed: str) -> None:
    assert phone_as_kept(typed) == "13812345678"


def test_what_is_no_number_is_kept_as_it_was_typed() -> None:
    assert phone_as_kept(" 前台转 802 ") == "前台转 802"
    assert phone_as_kept("13812345678/13900001111") == "13812345678/13900001111"


def test_a_message_that_is_very_long_is_read_in_no_time() -> None:
    assert phones_in("1" * 100_000) == []
    assert read_message("联系人" * 50_000, MESSAGES["models"]).phones == ()
