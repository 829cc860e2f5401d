"""GIFT: Moodle's text format, as its documentation says and as teachers write it."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.quiz import Quiz
from app.errors import Problem
from app.formats.base import Imported, ImportResult, Upload
from app.formats.gift import FORMAT
from app.questions import QUESTION_TYPES
from app.questions.base import Question
from tests.factories import example_quiz
from tests.unit.questions.variants import VARIANTS, graded


def read(source: str | bytes, name: str = "essai.gift") -> ImportResult:
    data = source if isinstance(source, bytes) else source.encode()
    assert FORMAT.read is not None
    result = FORMAT.read(Upload(data, name))
    for problem in [*result.problems, *result.losses]:
        assert str(problem.message)
        assert problem.hint is None or str(problem.hint)
        assert problem.file == name
    return result


def one(source: str) -> Question:
    """The only question of a file in which nothing is wrong."""
    result = read(source)
    assert result.errors == [], [str(problem.message) for problem in result.errors]
    (question,) = result.questions
    return question


def item(source: str) -> Imported:
    (imported,) = read(source).items
    return imported


def outline(source: str) -> dict[str, Any]:
    question = one(source)
    return {"type": question.type, "prompt": question.prompt, **question.outline()}


def codes(result: ImportResult, severity: str | None = None) -> list[str]:
    found = [problem for problem in result.problems if severity in (None, problem.severity)]
    return [problem.code for problem in found]


def places(problems: list[Problem]) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.line, problem.column) for problem in problems]


# The types.


def test_one_right_choice_beside_wrong_ones_is_a_single_choice() -> None:
    assert outline("Où vit l’ours ? {~à la mer =en forêt ~en ville}") == {
        "type": "single_choice",
        "prompt": "Où vit l’ours ?",
        "choices": ["à la mer", "en forêt", "en ville"],
        "correct": [1],
        "weights": [0.0, 1.0, 0.0],
    }


def test_wrong_choices_keep_the_weight_that_their_author_gave() -> None:
    found = outline("Qui ? {=Zoé ~%-33.33333%Léo ~%50% Ali ~%33,3%Eva}")
    assert found["weights"] == pytest.approx([1, -1 / 3, 0.5, 0.333], abs=1e-4)
    assert found["choices"] == ["Zoé", "Léo", "Ali", "Eva"]


def test_weights_alone_make_a_multiple_response_in_which_every_choice_has_one() -> None:
    source = "Quels fruits ? {\n~%50%la pomme#Oui.\n~%50%la poire\n~%-100%le chou\n~le sel\n}"
    question = one(source)
    assert question.type == "multiple_response"
    assert question.outline()["weights"] == [0.5, 0.5, -1.0, 0.0]
    assert question.outline()["correct"] == [0, 1]
    assert [choice.weight for choice in question.authored_choices()] == [0.5, 0.5, -1.0, 0.0]
    assert question.authored_choices()[0].feedback == "Oui."


@pytest.mark.parametrize("third", ["33.33333", "33.333", "33,33333"])
def test_thirds_make_a_whole(third: str) -> None:
    result = read(f"Lesquels ? {{~%{third}%a ~%{third}%b ~%{third}%c ~%-{third}%d}}")
    assert codes(result) == []
    (question,) = result.questions
    ids = [choice.id for choice in question.authored_choices()]
    assert graded(question, ids[:3]).fraction == 1


def test_right_answers_only_are_texts_to_type_with_their_share() -> None:
    found = outline("Qui parle ? {=Zoé #Oui ! =la boulangère =%50%Zoe #L’accent !}")
    assert (found["type"], found["correct"]) == ("short_answer", ["Zoé", "la boulangère", "Zoe"])
    assert found["weights"] == [1.0, 1.0, 0.5]


def test_the_joker_alone_comments_every_other_text() -> None:
    question = one("Combien de sœurs ? {=deux #Bien. =%0%trois#Relisez. =%0%*#Comptez encore.}")
    assert graded(question, "neuf").feedback == ("Comptez encore.",)
    assert graded(question, "trois").feedback == ("Relisez.",)
    assert graded(question, "deux").feedback == ("Bien.",)


def test_a_joker_in_a_text_is_a_loss() -> None:
    result = read("Quelle saison ? {=*hiver* =2*3 =\\*}")
    (question,) = result.questions
    assert question.outline()["correct"] == ["hiver", "2*3", "*"]
    assert [(loss.code, loss.column) for loss in result.losses] == [("joker", 18), ("joker", 27)]


@pytest.mark.parametrize("sign", ["T", "TRUE", "t", "True", "VRAI", "vrai", "V", " T "])
def test_true_is_written_in_many_ways(sign: str) -> None:
    assert outline(f"L’ours dort. {{{sign}}}")["correct"] is True


@pytest.mark.parametrize("sign", ["F", "FALSE", "f", "false", "FAUX", "Faux"])
def test_false_is_written_in_many_ways(sign: str) -> None:
    assert outline(f"L’ours court. {{{sign}}}")["correct"] is False


@pytest.mark.parametrize(
    ("sign", "right", "wrong"), [("T", "true", "false"), ("F", "false", "true")]
)
def test_a_truth_value_has_a_comment_for_wrong_then_for_right(
    sign: str, right: str, wrong: str
) -> None:
    question = one(f"L’ours dort. {{{sign}#Relisez.#Bravo.####Voir §2.}}")
    assert graded(question, {"verdict": right}).feedback == ("Bravo. Voir §2.",)
    assert graded(question, {"verdict": wrong}).feedback == ("Relisez. Voir §2.",)


@pytest.mark.parametrize(
    ("answers", "correct"),
    [
        ("#1822", [(1822, 0)]),
        ("#1822:5", [(1822, 5)]),
        ("# 3,5 : 0,25", [(3.5, 0.25)]),
        ("#1..5", [(3, 2)]),
        ("#5..1", [(3, 2)]),
        ("#-0.5..0.5", [(0, 0.5)]),
        ("#=1 822:0 =%50%1822:2", [(1822, 0), (1822, 2)]),
        ("#−4", [(-4, 0)]),
        ("#3:", [(3, 0)]),
    ],
)
def test_a_number_has_a_tolerance_or_bounds(
    answers: str, correct: list[tuple[float, float]]
) -> None:
    found = outline(f"En quelle année ? {{{answers}}}")
    assert found["type"] == "numeric"
    assert [(known["value"], known["tolerance"]) for known in found["correct"]] == correct


def test_a_number_has_shares_and_comments() -> None:
    question = one("Combien ? {#\n =10:0#Exact.\n =%50%10:2#Presque.\n ~#Loin.\n}")
    assert question.outline()["weights"] == [1.0, 0.5]
    assert [graded(question, typed).feedback for typed in ("10", "9", "3")] == [
        ("Exact.",),
        ("Presque.",),
        ("Loin.",),
    ]


def test_arrows_make_pairs_and_a_blank_left_side_is_surplus() -> None:
    found = outline("Reliez. {=le chat -> miaou =le chien->ouaf\n= -> meuh\n}")
    assert found["type"] == "matching"
    assert found["correct"] == [["le chat", "miaou"], ["le chien", "ouaf"]]
    assert found["distractors"] == ["meuh"]


@pytest.mark.parametrize(
    "answers",
    [
        ">3 ALL VERTICAL ABSOLUTE_POSITION SHOW none\nle soir\nla nuit\nle matin\n",
        ">2     none\nle soir\nla nuit\nle matin",
        "> =le soir =la nuit =le matin",
        ">\nle soir\n\tla nuit\nle matin\n",
    ],
)
def test_steps_to_order_stand_one_a_line(answers: str) -> None:
    found = outline(f"Rangez. {{{answers}}}")
    assert (found["type"], found["correct"]) == ("ordering", ["le soir", "la nuit", "le matin"])


@pytest.mark.parametrize("answers", ["", " \n "])
def test_no_answer_at_all_is_a_text_to_write(answers: str) -> None:
    assert outline(f"Racontez. {{{answers}}}")["type"] == "essay"


def test_a_sentence_that_goes_on_after_its_answers_has_a_gap() -> None:
    choice = outline("Le loup {=court ~nage} dans\nla forêt.")
    assert (choice["type"], choice["prompt"]) == (
        "single_choice",
        "Le loup _____ dans\nla forêt.",
    )
    typed = outline("Le loup {=court} vite.")
    assert (typed["type"], typed["prompt"]) == ("short_answer", "Le loup _____ vite.")
    assert outline("Le loup court. {T}\n")["prompt"] == "Le loup court."


def test_a_single_text_needs_no_sign() -> None:
    assert outline("Qui ? {Zoé}")["correct"] == ["Zoé"]


# Texts.


LONG = "Chaque hiver, le village ouvre son marché. " * 5


def test_a_long_text_without_braces_is_a_text_to_read() -> None:
    result = read(f"::Le marché::{LONG}\\n{LONG}\n\nQui vend ? {{=Zoé ~Ali}}")
    (passage,) = result.passages
    assert (passage.title, passage.kind, len(passage.paragraphs)) == ("Le marché", "document", 2)
    assert codes(result) == []
    assert len(result.questions) == 1


def test_a_short_text_without_braces_is_a_loss() -> None:
    result = read("Lisez bien le texte.\n\nQui vend ? {=Zoé ~Ali}")
    assert result.passages == []
    assert places(result.losses) == [("description", 1, 1)]
    assert "Lisez bien" in str(result.losses[0].message)


def test_titles_are_a_loss_told_once_and_no_part_of_the_question() -> None:
    result = read("::Q1\\: début::Un ? {T}\n\n:: Q2 :: Deux ?{F}\n\n::Q3\nTrois ?{T}")
    assert [q.prompt for q in result.questions] == ["Un ?", "Deux ?", "Q3\nTrois ?"]
    assert [loss.code for loss in result.losses] == ["titles"]


def test_a_title_may_end_on_the_next_line() -> None:
    assert outline("::Question 11\n::[plain]Combien de <b> ? {#3}")["prompt"] == "Combien de <b> ?"


def test_a_question_without_text_takes_its_title() -> None:
    result = read("::Qui a écrit la lettre ?::{=Zoé ~Ali}")
    assert result.questions[0].prompt == "Qui a écrit la lettre ?"
    assert codes(result) == ["no-prompt"]


def test_categories_file_the_questions_that_follow() -> None:
    result = read(
        "Un ? {T}\n\n$CATEGORY: $course$/top/Défaut pour 4e/Le loup\n\nDeux ? {T}\n\n"
        "// vers la suite\n$CATEGORY: top/Suite\nTrois ? {T}\n$CATEGORY: Fin\n\nQuatre ? {T}"
    )
    assert [(i.raw["prompt"], i.category) for i in result.items] == [
        ("Un ?", ""),
        ("Deux ?", "Défaut pour 4e/Le loup"),
        ("Trois ?", "Suite"),
        ("Quatre ?", "Fin"),
    ]
    assert places(result.problems) == [("no-blank-line", 9, 1)]


def test_a_comment_starts_a_line_and_is_nowhere_else() -> None:
    source = (
        "// question: 12  name: Q1\nOù est http\\://exemple.fr//page ? {\n  // la bonne\n"
        "=ici // là\n~là-bas\n// fin\n}\n// après\n"
    )
    found = outline(source)
    assert found["prompt"] == "Où est http://exemple.fr//page ?"
    assert found["choices"] == ["ici // là", "là-bas"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a \= b \~ c \# d \{e\} f\: g", "a = b ~ c # d {e} f: g"),
        (r"une\nautre", "une autre"),
        (r"C\\:\\temp", "C\\:\\temp"),
        (r"\alpha \[x\] 50% \%", r"\alpha \[x\] 50% \%"),
        (r"a\\nb", r"a\nb"),
    ],
)
def test_a_backslash_makes_a_sign_a_plain_character(written: str, meant: str) -> None:
    found = outline(f"{written} ? {{={written} ~non}}")
    assert found["choices"][0] == meant
    assert " ".join(found["prompt"].split()) == f"{meant} ?"


def test_html_is_read_where_it_is_announced_or_looks_like_it() -> None:
    question = one("[html]<p>Le mot <b>gras</b>&#32;?</p>{=<p>un &lt; deux</p> ~[plain]a<b>c}")
    assert folded(question.prompt) == "Le mot gras ?"
    assert folded(question.prompt_html) == "Le mot <strong>gras</strong> ?"
    assert [choice.text for choice in question.authored_choices()] == ["un < deux", "a<b>c"]
    plain = one("Si a<b et c>d,\n<i>où</i> ? {=a<b ~c & d}")
    assert plain.prompt.splitlines()[1] == "où ?"
    assert [choice.text for choice in plain.authored_choices()] == ["a<b", "c & d"]


def test_an_attribute_of_a_tag_begins_no_answer() -> None:
    found = outline('[html]<p class="x">Où ?</p>{=<span lang="fr">ici</span> ~là}')
    assert found["choices"] == ["ici", "là"]


def test_markdown_is_read_where_it_is_announced() -> None:
    question = one("[markdown]Le mot **gras** de `a_b` et *cela* ?{=[markdown]_oui_ ~non}")
    assert question.prompt == "Le mot gras de a_b et cela ?"
    assert "<strong>gras</strong>" in question.prompt_html
    assert question.authored_choices()[0].text == "oui"


def test_an_option_that_is_only_a_lost_image_has_a_name() -> None:
    result = read(
        'Lequel ? {=[html]<img src\\="@@PLUGINFILE@@/a.png"> ~[html]<img alt\\="Ours" src\\="b.png">}'
    )
    (question,) = result.questions
    assert [choice.text for choice in question.authored_choices()] == ["Image 1", "[Ours]"]
    assert {loss.code for loss in result.losses} == {"lost-image"}


def test_the_general_comment_is_shown_whatever_the_answer() -> None:
    question = one("Qui ? {=Zoé#Oui. ~Ali####Relisez §2.}")
    right, wrong = (choice.id for choice in question.authored_choices())
    assert graded(question, right).feedback == ("Oui.", "Relisez §2.")
    assert graded(question, wrong).feedback == ("Relisez §2.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_of_real_files_is_read(encoding: str) -> None:
    result = read("Où ? {=à l’œuvre ~là}\r\n\r\nCœur ? {T}\r\n".encode(encoding))
    assert [q.prompt for q in result.questions] == ["Où ?", "Cœur ?"]
    assert result.questions[0].outline()["choices"] == ["à l’œuvre", "là"]
    assert codes(result) == (["encoding"] if encoding == "cp1252" else [])


# Slips.


def test_a_blank_line_between_braces_is_told_and_forgiven() -> None:
    result = read("Un ? {\n=a\n\n~b\n\n\n}\n\nDeux ? {T}")
    assert [q.type for q in result.questions] == ["single_choice", "true_false"]
    assert places(result.problems) == [("blank-line", 3, 1)]


@pytest.mark.parametrize(
    "next_one", ["::Q2::Deux ? {T}", "$CATEGORY: x\n\nDeux ? {T}", "Deux ? {T}", "Deux ?\n{\nT\n}"]
)
def test_a_brace_left_open_costs_no_other_question(next_one: str) -> None:
    result = read(f"::Q1::Un ? {{=a\n\n~b\n\n{next_one}")
    assert [q.prompt for q in result.questions] == ["Deux ?"]
    assert ("no-closing-brace", 1, 12) in places(result.errors)


def test_a_question_with_a_brace_left_open_is_shown_to_be_mended() -> None:
    imported = item("Un ? {=a\n~b")
    assert imported.question is None
    assert [choice["text"] for choice in imported.raw["choices"]] == ["a", "b"]


def test_questions_that_no_blank_line_separates_are_told_apart() -> None:
    result = read("Un ? {T}\nDeux ? {F}\nTrois\n? {=a ~b}\n::Q4::Quatre ?\n{~c =d}\n")
    assert [q.prompt for q in result.questions] == ["Un ?", "Deux ?", "Trois\n?", "Quatre ?"]
    assert places(result.problems) == [
        ("no-blank-line", 2, 1),
        ("no-blank-line", 3, 1),
        ("no-blank-line", 5, 1),
    ]


def test_a_text_and_a_question_that_no_blank_line_separates_are_told_apart() -> None:
    result = read(f"::Texte::{LONG}\n::Q1::Qui ? {{=Zoé ~Ali}}\n::Fin::{LONG}")
    assert [passage.title for passage in result.passages] == ["Texte", "Fin"]
    assert [q.prompt for q in result.questions] == ["Qui ?"]


def test_options_without_braces_are_an_error_that_shows_the_question() -> None:
    result = read("Qui ?\n=Zoé\n~Ali\n\nEt là ? {T}")
    assert places(result.errors) == [("no-braces", 2, 1)]
    assert result.items[0].raw["choices"][0]["text"] == "Zoé"
    assert [q.prompt for q in result.questions] == ["Et là ?"]


def test_a_brace_that_only_closes_is_an_error_in_its_place() -> None:
    result = read("Qui ? =Zoé ~Ali }\n\nEt là ? {T}")
    assert places(result.errors) == [("no-opening-brace", 1, 17)]
    assert [q.prompt for q in result.questions] == ["Et là ?"]


def test_two_groups_of_answers_in_a_sentence_are_an_error() -> None:
    result = read("L’eau a {=un} atome et {=deux} autres.")
    assert places(result.errors) == [("two-answers", 1, 24)]


def test_braces_that_are_part_of_the_text_are_told() -> None:
    result = read("Que vaut \\frac{1}{2} ? {=a ~b}\n\nEt là ? {=x{1} ~y}")
    assert [q.outline()["choices"] for q in result.questions] == [["a", "b"], ["x{1}", "y"]]
    assert places(result.problems) == [("braces-in-text", 1, 15), ("braces-in-text", 3, 12)]


def test_several_right_answers_beside_wrong_ones_are_each_enough() -> None:
    result = read("Quand ? {=en hiver =au froid ~en été}")
    (question,) = result.questions
    assert question.type == "single_choice"
    assert question.outline()["correct"] == [0, 1]
    assert places(result.problems) == [("several-keys", 1, 20)]


def test_right_answers_that_share_the_points_make_a_multiple_response() -> None:
    result = read("Lesquels ? {=%50%a =%50%b ~%-50%c}")
    (question,) = result.questions
    assert (question.type, question.outline()["weights"]) == ("multiple_response", [0.5, 0.5, -0.5])
    assert codes(result) == ["shared-keys"]


def test_a_sign_in_the_middle_of_an_option_is_read_as_moodle_does_and_told() -> None:
    result = read("Que vaut x ? {\n~x = 5\n=autre\n}")
    assert result.questions[0].outline()["choices"] == ["x", "5", "autre"]
    assert places(result.problems) == [("sign-in-text", 2, 4)]


@pytest.mark.parametrize(
    "source",
    [
        "Choisissez. {=la mer =la ville =le bois}",
        "Que dit Zoé ? {=elle part très tôt =elle reste à la maison =elle ne dit rien}",
        "Que dit Zoé ? {=a) oui =b) non}",
        "Quels fruits ? {=%50%pomme =%50%poire}",
    ],
)
def test_options_that_are_all_right_are_told_where_they_look_like_choices(source: str) -> None:
    assert "all-right" in codes(read(source))


@pytest.mark.parametrize("source", ["Qui ? {=Zoé =la fille =Zoe}", "Deux et deux ? {=4 =quatre}"])
def test_several_ways_to_write_one_answer_are_no_reason_to_warn(source: str) -> None:
    assert codes(read(source)) == []


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("Qui ? {~a ~b}", "no-key", 1),
        ("Combien ? {#beaucoup}", "not-a-number", 13),
        ("Combien ? {#}", "too-short", 1),
        ("Reliez. {=a -> b =c =d -> e}", "no-arrow", 18),
        ("Qui ? {=a ~a}", "repeated-option", 1),
        ("Qui ? {=a ~}", "too-short", 1),
        ("{=a ~b}", "missing", 1),
    ],
)
def test_what_is_wrong_with_a_question_is_told_in_its_place(
    source: str, code: str, column: int
) -> None:
    result = read(f"Avant ? {{T}}\n\n{source}\n\nAprès ? {{F}}")
    assert (code, 3, column) in places(result.errors)
    assert [q.prompt for q in result.questions] == ["Avant ?", "Après ?"]
    assert all(problem.excerpt or problem.code == "missing" for problem in result.errors)


def test_an_empty_option_is_left_out_and_told() -> None:
    result = read("Qui ? {=a ~b ~ ~c}")
    assert result.questions[0].outline()["choices"] == ["a", "b", "c"]
    assert places(result.problems) == [("empty-option", 1, 14)]


# Teachers.

TEACHERS = [
    ("::Q1:: Que fait Lina le samedi ?{\n=Elle nage.\n~Elle lit.\n~Elle dort.\n}", "single_choice"),
    (
        "1) Où se passe la scène ?\n{\n~à la gare\n~au marché\n=chez le boulanger\n}",
        "single_choice",
    ),
    ("Le héros s’appelle { ~Marc ~Paul =Luc } .", "single_choice"),
    (
        "::TITRE::\nQui raconte l’histoire ? {=le père#Bien vu !~la mère#Non, relisez la ligne 3.}",
        "single_choice",
    ),
    ("Le texte est un conte.{TRUE#Si : « il était une fois ».#Exact.}", "true_false"),
    ("Victor habite à Lyon. {FAUX}", "true_false"),
    ("Vrai ou faux : il pleut. { VRAI }", "true_false"),
    ("Vrai ou faux ? Le chat est noir.{=Vrai ~Faux}", "single_choice"),
    ("Conjuguez : nous (finir) {=finissons =nous finissons}", "short_answer"),
    ("Complétez : Il {=était} une fois un roi.", "short_answer"),
    ("Elle est {~contant =contente ~contents} de partir.", "single_choice"),
    (
        "Cochez les deux adjectifs. {\n~%50%grand\n~%50%petit\n~%-50%marcher\n~%-50%vite\n}",
        "multiple_response",
    ),
    ("Combien y a-t-il de personnages ?{#4}", "numeric"),
    ("En quelle année l’histoire commence-t-elle ? {#1914..1918}", "numeric"),
    (
        "Reliez chaque mot à son contraire. {\n=grand -> petit\n=riche -> pauvre\n=tôt -> tard\n}",
        "matching",
    ),
    ("Racontez la fin de l’histoire en cinq lignes.{}", "essay"),
    (
        "// Exercice 3\n::Ex 3::[html]<p>Qu’est-ce qu’un <em>narrateur</em> ?</p>{\n\t~<p>l’auteur</p>\n\t=<p>celui qui raconte</p>\n}",
        "single_choice",
    ),
    (
        "::R1::[markdown]Que veut dire *hardi* ?{=[markdown]courageux~[markdown]peureux}",
        "single_choice",
    ),
    (
        "Quel est le sens de « il fait un froid de canard » \\: ? {=très froid ~tiède ~chaud}",
        "single_choice",
    ),
    ("L’adresse est http://exemple.fr : qui l’a écrite ? {=Zoé ~Ali}", "single_choice"),
    (
        "Mettez dans l’ordre.{>4 ALL VERTICAL\nle départ\nla tempête\nl’île\nle retour\n}",
        "ordering",
    ),
    ("Le poids du colis (en kg) ? {#2,5:0,1 #Bravo}", "numeric"),
    ("Qui ment ?\n{\n\t=%100%le renard\n\t~%0%le corbeau\n}", "single_choice"),
]


@pytest.mark.parametrize(("source", "kind"), TEACHERS)
def test_what_teachers_write_is_read_as_they_mean_it(source: str, kind: str) -> None:
    result = read(source)
    assert [question.type for question in result.questions] == [kind], codes(result)
    assert codes(result, "error") == []


def test_a_whole_file_of_them_keeps_every_question() -> None:
    result = read("\n\n".join(source for source, _ in TEACHERS))
    assert [question.type for question in result.questions] == [kind for _, kind in TEACHERS]


# Recognition.


@pytest.mark.parametrize(("source", "_kind"), TEACHERS)
def test_gift_is_recognised_by_its_content(source: str, _kind: str) -> None:
    essay = source.endswith("{}")
    assert FORMAT.recognises(Upload(source.encode(), "sans-nom")) is not essay


def test_a_question_may_begin_with_a_marked_word() -> None:
    text = "<b>Le loup</b><br><br>\nOù vit-il ? {\n=en forêt\n~%-33.33333%à la mer\n}\n"
    assert FORMAT.recognises(Upload(text.encode(), "sans-nom"))
    assert one(text).prompt == "Le loup\nOù vit-il ?"


@pytest.mark.parametrize(
    "text",
    [
        "",
        LONG,
        "Cher ami,\n\nje pense à {toi} et = à lui ~ souvent.\n\nZoé",
        '{"a": "{=b ~c}"}',
        '[{"question": "Qui ?", "answers": "{T}"}]',
        "<quiz><question>{=a}</question></quiz>",
        "body { color: red }\n\np { margin: 0 }",
        "def f():\n    return {}\n\nx = {1: 2}",
        "{% if a %}{# 3 commentaire #}{{ b }}{% endif %}",
        "Question;A;B;Bonne\nQui ?;a;b;A\n",
        "1.  Qui ?\na)  Zoé\n*b) Ali\n",
        "Qui ?\nA. Zoé\nB. Ali\nANSWER: A\n",
        "\n\n".join(
            [
                *["Un paragraphe de prose, sans rien d’autre."] * 9,
                "On écrit {=Paris ~Lyon} en GIFT.",
            ]
        ),
    ],
)
def test_prose_and_other_formats_are_not_taken_for_gift(text: str) -> None:
    assert not FORMAT.recognises(Upload(text.encode(), "essai.gift"))


# Writing.


QUIZ = example_quiz()


def quiz_of(*questions: Question) -> Quiz:
    fields = {name: getattr(QUIZ, name) for name in Quiz.model_fields}
    return Quiz.model_validate({**fields, "questions": questions, "glossary": ()})


def exported(*questions: Question) -> tuple[str, list[str]]:
    assert FORMAT.write is not None
    export = FORMAT.write(quiz_of(*questions), lambda _: None)
    for loss in export.losses:
        assert str(loss.message)
    whole = {"header", "passages", "evidence"}
    return export.data.decode(), [loss.code for loss in export.losses if loss.code not in whole]


def folded(value: Any) -> Any:
    """With spaces that do not count, and shares to the fifth decimal."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: folded(part) for key, part in value.items()}
    return [folded(part) for part in value] if isinstance(value, list | tuple) else value


def carried(question: Question) -> dict[str, Any]:
    """What a GIFT file says of a question."""
    return {"type": question.type, "prompt": folded(question.prompt), **folded(question.outline())}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_question_is_carried_or_its_loss_is_told(name: str) -> None:
    question = VARIANTS[name]
    text, losses = exported(question)
    result = read(text)
    assert FORMAT.recognises(Upload(text.encode(), "x")) or question.type in (
        "essay",
        "hot_text",
        "cloze",
    )
    assert codes(result, "error") == (["no-question"] if "question" in losses else [])
    if "question" in losses:
        assert question.type in ("hot_text", "cloze")
        assert result.questions == []
    elif "cloze" in losses:
        assert [q.prompt for q in result.questions] == ["Que dit le texte ?\n_____ !"]
    elif "unknown" in losses:
        (again,) = result.questions
        assert again.outline()["choices"] == ["Vrai", "Faux", "Le texte ne le dit pas"]
    else:
        (again,) = result.questions
        expected = carried(question)
        for key, loss in {
            "justify": "justification",
            "words": "length",
            "rubric": "rubric",
        }.items():
            if loss in losses:
                expected[key] = carried(again)[key]
        assert carried(again) == expected


def test_each_loss_names_its_question_and_the_text_is_told_once() -> None:
    assert FORMAT.write is not None
    export = FORMAT.write(example_quiz(), lambda _: None)
    found = [loss.code for loss in export.losses]
    assert found[:4] == ["header", "passages", "glossary", "evidence"]
    assert found.count("evidence") == found.count("passages") == 1
    told = [str(loss.message) for loss in export.losses]
    assert len(set(told)) == len(told)
    assert any("Question 3" in text or "question 3" in text for text in told)


def test_the_texts_of_a_quiz_come_back_as_texts() -> None:
    assert FORMAT.write is not None
    quiz = example_quiz()
    result = read(FORMAT.write(quiz, lambda _: None).data)
    assert [passage.title for passage in result.passages] == [p.title for p in quiz.passages]
    assert result.passages[0].word_count >= quiz.passages[0].word_count
    assert {q.type for q in result.questions} >= set(QUESTION_TYPES) - {"hot_text", "cloze"}


TRICKY = st.text(alphabet='aé1 ={}~#:\\%[]<>&*-/$’\n|"n', min_size=1, max_size=24).filter(
    lambda text: bool(text.strip()) and "->" not in text
)
FEEDBACK = st.one_of(st.just(""), TRICKY)


@st.composite
def choice_questions(draw: st.DrawFn) -> Question:
    texts = draw(st.lists(TRICKY, min_size=2, max_size=5, unique_by=lambda t: " ".join(t.split())))
    general = draw(FEEDBACK)
    single = draw(st.booleans())
    choices: list[dict[str, Any]] = [
        {"text": text, "feedback": draw(FEEDBACK), "key": n == 0} for n, text in enumerate(texts)
    ]
    if single and draw(st.booleans()):
        choices[1]["weight"] = draw(st.sampled_from([-0.5, 0.25, -1, 0.33333]))
    kind = "single_choice" if single else "multiple_response"
    return QUESTION_TYPES[kind].model_validate(
        {
            "id": "q",
            "type": kind,
            "skill": "détail",
            "prompt": draw(TRICKY),
            "choices": choices,
            "feedback": {"right": general, "wrong": general},
        }
    )


@st.composite
def typed_questions(draw: st.DrawFn) -> Question:
    return QUESTION_TYPES["short_answer"].model_validate(
        {
            "id": "q",
            "type": "short_answer",
            "skill": "détail",
            "prompt": draw(TRICKY),
            "answers": [
                {"text": draw(TRICKY), "feedback": draw(FEEDBACK)},
                {"text": draw(TRICKY), "fraction": draw(st.sampled_from([0, 0.5, 1]))},
            ],
            "feedback": {"wrong": draw(FEEDBACK)},
        }
    )


@st.composite
def paired_questions(draw: st.DrawFn) -> Question:
    texts = draw(
        st.lists(
            TRICKY.filter(lambda text: "<" not in text and "&" not in text),
            min_size=5,
            max_size=5,
            unique_by=lambda text: " ".join(text.casefold().split()),
        )
    )
    if draw(st.booleans()):
        raw: dict[str, Any] = {"type": "ordering", "sequence": texts}
    else:
        raw = {
            "type": "matching",
            "pairs": [texts[:2], texts[2:4]],
            "distractors": texts[4:],
        }
    kind = raw["type"]
    return QUESTION_TYPES[kind].model_validate(
        {"id": "q", "skill": "détail", "prompt": draw(TRICKY), **raw}
    )


@given(st.one_of(choice_questions(), typed_questions(), paired_questions()))
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_again_whatever_its_characters(question: Question) -> None:
    text, losses = exported(question)
    result = read(text)
    assert losses == []
    assert codes(result, "error") == []
    (again,) = result.questions
    assert carried(again) == carried(question)
    shown = [folded(choice.feedback) for choice in question.authored_choices()]
    assert [folded(choice.feedback) for choice in again.authored_choices()] == shown
    assert folded(again.feedback.wrong) == folded(question.feedback.wrong)


# Whatever comes.

WHOLE = "\n\n".join(source for source, _ in TEACHERS)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_mutilated_file_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, min(len(WHOLE), start + 60)))
    put = data.draw(st.text(alphabet="={}~#:\\%\n[]>-/$CATEGORY", max_size=12))
    result = read(WHOLE[:start] + put + WHOLE[end:])
    lines = (WHOLE[:start] + put + WHOLE[end:]).split("\n")
    for problem in result.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    assert len(result.questions) >= len(TEACHERS) - 6 or len(put) > 3 or end - start > 3


@given(st.text(alphabet="={}~#:\\%\n ab[]->/TF1.", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_raising(text: str) -> None:
    result = read(text)
    assert result.items or result.problems


def steps(text: str) -> int:
    """The lines of our code that are run to read a text."""
    count = 0

    def tracing(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return tracing

    sys.settrace(tracing)
    try:
        read(text)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "a {\n\n",
        "a {\n\n} b ",
        "::\n",
        "q\n::x\n",
        "a {T}\n",
        "a {T} ",
        "{",
        "}",
        "\\",
        "q {=",
        "//x\n",
        "$CATEGORY: a\n",
        "a {T}\n\n",
        "q {=a\n\n",
        "~b\n",
        "[markdown]*a _b `c ",
    ],
)
def test_twice_the_file_is_twice_the_work(unit: str) -> None:
    few, many = steps(unit * 60), steps(unit * 120)
    assert many <= 2.3 * few


# What Moodle reads, and a strict reader would refuse.


def test_a_hash_may_be_text_in_a_matching() -> None:
    source = "Qui parle quoi ? {=le C# -> langage =rouge -> #f00 =un dièse -> le C# de Microsoft}"
    assert outline(source)["correct"] == [
        ["le C#", "langage"],
        ["rouge", "#f00"],
        ["un dièse", "le C# de Microsoft"],
    ]


def test_a_comment_on_a_pair_is_kept_and_told_for_moodle_would_show_it() -> None:
    result = read("Les capitales ? {\n=Paris -> France#Bravo.\n=Rome -> Italie # Oui.\n}")
    (question,) = result.questions
    assert question.outline()["correct"] == [["Paris", "France"], ["Rome", "Italie"]]
    assert ("comment-in-pair", 2, 1) in places(result.problems)


def test_options_without_any_braces_are_known_for_gift_and_told() -> None:
    source = "Qui ?\n~Zoé\n=Ali\n\nOù ?\n=ici\n~là\n"
    assert FORMAT.recognises(Upload(source.encode(), "essai.txt"))
    assert codes(read(source), "error") == ["no-braces", "no-braces"]


@pytest.mark.parametrize("weight", ["%+50%", "%.5%", "%,5%", "% 50 %"])
def test_a_weight_may_be_written_in_many_ways(weight: str) -> None:
    found = outline(f"Qui ? {{=Zoé ~{weight}Léo}}")
    assert found["choices"] == ["Zoé", "Léo"]
    assert 0 < found["weights"][1] <= 0.5


def test_a_choice_with_nothing_but_empty_tags_is_left_out() -> None:
    result = read("Qui ? {=Zoé ~[html] ~<p><br></p> ~Léo}")
    (question,) = result.questions
    assert question.outline()["choices"] == ["Zoé", "Léo"]
    assert "empty-option" in codes(result, "warning")


def test_a_choice_made_of_an_image_is_not_empty() -> None:
    found = outline('[html]Où ? {=<p><img src\\="ici.png" alt\\=""></p> ~là}')
    assert found["choices"] == ["Image 1", "là"]


def test_choices_that_only_their_marks_tell_apart_can_be_asked() -> None:
    found = outline("[html]L’eau ? {=H<sub>2</sub>O ~H<sup>2</sup>O}")
    assert found["choices"] == ["H2O", "H2O"]
    assert found["correct"] == [0]


def test_where_no_typed_answer_earns_all_the_best_one_does() -> None:
    result = read("Une couleur du drapeau ? {=%50%bleu =%50%rouge =%25%bordeaux}")
    (question,) = result.questions
    assert question.outline()["weights"] == [1.0, 1.0, 0.5]
    assert "none-earns-all" in codes(result, "warning")


def test_what_is_no_number_beside_numbers_is_left_out_and_told_at_its_place() -> None:
    result = read("Quand ? {#\n=1822:0\n=vers 1820\n}")
    (question,) = result.questions
    assert question.outline()["correct"] == [{"value": 1822, "tolerance": 0}]
    assert ("not-a-number", 3, 1) in places(result.problems)


@pytest.mark.parametrize("answers", ["{*}", "{=*}", "{#*}", "{=%100%*#Bravo.}"])
def test_a_joker_alone_accepts_anything_and_is_told(answers: str) -> None:
    result = read(f"Votre avis ? {answers}")
    assert result.questions == []
    assert "any-answer" in codes(result, "error")


def test_a_file_of_backslashes_is_refused_at_once() -> None:
    result = read("Qui ? {=" + "\\" * 1_100_000 + "}")
    assert result.items == []
    assert codes(result, "error") == ["backslashes"]


def test_what_the_reader_has_told_is_not_told_again_by_the_rules() -> None:
    result = read("Votre avis ? {*}")
    assert codes(result, "error") == ["any-answer"]


# What Moodle takes and learners could not tell apart.


def test_a_pair_written_twice_is_kept_once_and_told() -> None:
    result = read("Reliez. {=le miel -> sucré =Le  miel -> sucré =le sel -> salé}")
    (question,) = result.questions
    assert question.outline()["correct"] == [["le miel", "sucré"], ["le sel", "salé"]]
    assert "pair-twice" in codes(result, "warning")


def test_of_two_pairs_that_begin_alike_the_second_is_numbered() -> None:
    result = read("Reliez. {=un bruit -> cri =un bruit -> choc =un bruit -> pas =un goût -> sel}")
    (question,) = result.questions
    lefts = [left for left, _ in question.outline()["correct"]]
    assert lefts == ["un bruit", "un bruit (2)", "un bruit (3)", "un goût"]
    assert "left-twice" in codes(result, "warning")


def test_a_pair_without_its_right_side_is_left_out_if_others_remain() -> None:
    result = read("Reliez. {=miel -> sucré =sel -> salé =eau -> }")
    (question,) = result.questions
    assert question.outline()["correct"] == [["miel", "sucré"], ["sel", "salé"]]
    assert "no-right-side" in codes(result, "warning")
    assert codes(read("Reliez. {=miel -> sucré =eau -> }"), "error") == ["no-arrow"]


def test_a_tag_alone_is_what_the_question_is_about() -> None:
    assert outline("Quelle balise fait un titre ? {=<h2> ~<header> ~[html]<p> ~</h2>}")[
        "choices"
    ] == ["<h2>", "<header>", "<p>", "</h2>"]
    assert outline("Reliez. {=<ul> -> liste =lien -> <a> = -> <img>}") == {
        "type": "matching",
        "prompt": "Reliez.",
        "correct": [["<ul>", "liste"], ["lien", "<a>"]],
        "distractors": ["<img>"],
    }
    assert outline("Quelle balise ? {=<div>}")["correct"] == ["<div>"]


def test_choices_that_only_their_tags_tell_apart_are_shown_as_code() -> None:
    source = 'Quel lien est juste ? {=<a href="/ici">ici</a> ~<a lien="/ici">ici</a> ~aucun}'
    result = read(source)
    (question,) = result.questions
    assert question.outline()["choices"] == [
        '<a href="/ici">ici</a>',
        '<a lien="/ici">ici</a>',
        "aucun",
    ]
    assert "shown-as-written" in codes(result, "warning")


def test_a_truth_value_that_moodle_does_not_know_is_read_and_told_once() -> None:
    result = read("L’eau mouille. {vrai}\n\nLe feu gèle. {False}\n\nLe sel sale. {TRUE}")
    assert [question.outline()["correct"] for question in result.questions] == [True, False, True]
    assert codes(result) == ["truth-word"]


@pytest.mark.parametrize("written", ["12 13", "5 kg", "1 00"])
def test_two_numbers_do_not_make_one(written: str) -> None:
    assert codes(read(f"Combien ? {{#{written}}}"), "error") == ["not-a-number"]


def test_a_number_in_thousands_may_have_spaces() -> None:
    assert outline("Combien d’habitants ? {#1 234  500:1 000}")["correct"] == [
        {"value": 1234500.0, "tolerance": 1000.0}
    ]
