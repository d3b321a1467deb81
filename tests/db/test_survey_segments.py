"""By whose answers people may be chosen: never by what is barred, nor by what only those who said it are asked."""

from db.surveys import segments
from tests.surveying import defined, options, question, several, single

AGREED = {"question": "IZIN", "is": "SETUJU"}
READY = {"question": "Q1", "is": "A"}


def test_what_is_asked_only_of_who_gave_a_barred_answer_chooses_nobody_either() -> None:
    definition = defined(
        question("Q0", "consent", required=True),
        single("Q1", means="readiness"),
        single("Q3"),
        single("KAPAN", show_if=READY),
        single("NANTI", show_if={"all": [{"not": {"question": "KAPAN", "answered": True}},
                                         {"question": "Q3", "is": "A"}]}),
        {**single("Q4"), "options": options("A", "B", "C", show_if=READY)},
        single("PNS", show_if={"attribute": "employment_type", "is": "PNS"}),
        several("Q10", show_if={"question": "Q3", "answered": True}),
        question("IZIN", "consent", purpose="special_data"),
        several("Q14", special=True, show_if=AGREED),
        single("LAGI", show_if=AGREED),
        several("Q6", never_segment=True),
        {"code": "Q7", "kind": "multiple", "text": {"id": "?"}, "options_from": "Q6", "show_if":
         {"question": "Q6", "answered": True}},
        {"code": "Q11", "kind": "multiple", "text": {"id": "?"}, "options_from": "Q10", "show_if":
         {"question": "Q10", "answered": True}},
        question("HUBUNGI", "yes_no"),
    )  # fmt: skip
    offered = {one.code: [option.code for option in segments.choices(one)] for one in segments.questions(definition)}
    assert offered == {
        "Q3": ["A", "B"],
        "Q4": ["A", "B"],
        "PNS": ["A", "B"],
        "Q10": ["A", "B", "C"],
        "Q11": ["A", "B", "C"],
        "HUBUNGI": ["YA", "TIDAK"],
    }
