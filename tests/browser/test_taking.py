"""Taking a quiz with JavaScript: saved as one goes, whatever happens to network, tab or clock."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import MakeContext
from tests.browser.pages import (
    EXAMPLE,
    RESULTS,
    field,
    finish,
    hint_button,
    look_over,
    question,
    start,
    try_button,
)
from tests.browser.server import Server, wait_until

OFFLINE = "ERR_INTERNET_DISCONNECTED"
CONFLICT = "status of 409"
# A page that is left cuts off what it was still asking for.
CUT_OFF = "ERR_ABORTED|Failed to fetch"

FILLED = """[...document.querySelectorAll('#answers [name^="q."]')].map(field =>
    [field.name, field.checked ?? null, field.value])"""


def state(page: Page) -> Locator:
    """What is said of saving."""
    return page.locator("#state")


def fill_everything(page: Page) -> None:
    """One answer to each of the ten questions."""
    question(page, "sujet").get_by_role("radio", name="D’un marché d’hiver").check()
    question(page, "zoe").get_by_role("checkbox").nth(1).check()
    question(page, "arrivee").get_by_role("radio", name="Faux").check()
    question(page, "arrivee").get_by_role("radio", name="Les artisans").check()
    field(page, "mot").fill("ruche")
    field(page, "nombre").fill("3")
    for select in question(page, "definitions").get_by_role("combobox").all():
        select.select_option(index=2)
    question(page, "ordre").get_by_role("combobox").first.select_option("2")
    question(page, "resume").get_by_role("textbox").fill("a commencé")
    for select in question(page, "resume").get_by_role("combobox").all():
        select.select_option(index=1)
    question(page, "courage").get_by_role("checkbox", name="Les artisans").check()
    field(page, "avis").fill("Oui : j’aime le miel.")


# Saving


def test_answers_of_all_types_are_saved_as_one_goes(page: Page, server: Server) -> None:
    attempt = start(page)
    fill_everything(page)
    server.wait_for(attempt, "avis", "Oui : j’aime le miel.")
    expect(state(page)).to_have_text("Enregistré")
    expect(page.locator("[data-count]")).to_have_text("10")
    assert len(server.answers(attempt)) == 10
    filled = page.evaluate(FILLED)
    page.reload()
    assert page.evaluate(FILLED) == filled
    expect(page.locator("[data-step][data-done]")).to_have_count(10)


def test_an_answer_made_offline_says_so_and_is_sent_when_the_network_is_back(
    page: Page, server: Server, forgiven: list[str]
) -> None:
    forgiven.append(OFFLINE)
    attempt = start(page)
    page.context.set_offline(offline=True)
    field(page, "mot").fill("ruche")
    expect(state(page)).to_contain_text("pas encore envoyé")
    assert server.answers(attempt) == {}
    page.context.set_offline(offline=False)
    server.wait_for(attempt, "mot", "ruche")
    expect(state(page)).to_have_text("Enregistré")


def test_an_answer_made_offline_outlives_the_page_and_is_sent_at_the_next_visit(
    page: Page, server: Server, forgiven: list[str]
) -> None:
    # The page's last words may still arrive: then the next visit sends them a second time.
    forgiven += [OFFLINE, CUT_OFF, CONFLICT]
    attempt = start(page)
    context = page.context
    context.set_offline(offline=True)
    field(page, "mot").fill("ruche")
    expect(state(page)).to_contain_text("pas encore envoyé")
    page.close()
    context.set_offline(offline=False)
    assert server.answers(attempt) == {}

    again = context.new_page()
    again.goto(f"/attempts/{attempt}")
    expect(field(again, "mot")).to_have_value("ruche")
    server.wait_for(attempt, "mot", "ruche")
    expect(state(again)).to_have_text("Enregistré")
    assert again.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("leave", ["close", "go elsewhere"])
def test_leaving_right_after_typing_still_sends(
    page: Page, server: Server, forgiven: list[str], leave: str
) -> None:
    forgiven.append(CUT_OFF)
    attempt = start(page)
    field(page, "mot").fill("ruche")
    if leave == "close":
        page.close()
    else:
        page.goto("/help")
    server.wait_for(attempt, "mot", "ruche")


def test_a_slow_network_keeps_the_last_answer(page: Page, server: Server) -> None:
    attempt = start(page)
    slow_down(page)
    choices = question(page, "sujet").get_by_role("radio")
    for n in (1, 2, 0):
        choices.nth(n).check()
    expect(state(page)).to_have_text("Enregistrement…")
    choices.nth(1).check()
    server.wait_for(attempt, "sujet", choices.nth(1).get_attribute("value"))
    expect(state(page)).to_have_text("Enregistré")


def test_leaving_while_a_save_is_on_its_way_sends_what_came_after(
    page: Page, server: Server, forgiven: list[str]
) -> None:
    forgiven += [CUT_OFF, CONFLICT]
    attempt = start(page)
    slow_down(page)
    field(page, "mot").fill("ruche")
    expect(state(page)).to_have_text("Enregistrement…")
    field(page, "mot").fill("ruches")
    context = page.context
    page.close()
    server.wait_for(attempt, "mot", "ruches")
    # Nobody heard the acknowledgement, and that is no conflict.
    again = context.new_page()
    again.goto(f"/attempts/{attempt}")
    expect(field(again, "mot")).to_have_value("ruches")
    expect(again.locator(".conflict")).to_have_count(0)
    assert stored(again) == 0


def test_what_is_answered_before_the_scripts_arrive_is_saved(page: Page, server: Server) -> None:
    attempt = start(page)
    held: list[Route] = []
    page.route("**/autosave.js", lambda route: hold(held, route), times=1)
    page.reload(wait_until="commit")
    choice = question(page, "sujet").get_by_role("radio").nth(1)
    choice.check()
    field(page, "mot").fill("ruche")
    question(page, "ordre").get_by_role("combobox").first.select_option("2")
    wait_until(lambda: page.title() and held, "the script is asked for")
    expect(page.locator("html")).not_to_have_class("js")
    assert server.answers(attempt) == {}
    held.pop().continue_()
    server.wait_for(attempt, "mot", "ruche")
    server.wait_for(attempt, "sujet", choice.get_attribute("value"))
    wait_until(lambda: set(server.answers(attempt)) == {"sujet", "mot", "ordre"}, "all are saved")


def hold(held: list[Route], route: Route) -> None:
    """Keep a request waiting; playwright takes no method of a list as a handler."""
    held.append(route)


def test_going_on_waits_for_what_is_on_its_way(page: Page, server: Server) -> None:
    attempt = start(page)
    slow_down(page)
    field(page, "mot").fill("ruche")
    look_over(page)
    assert server.answers(attempt) == {"mot": "ruche"}
    expect(page.get_by_text("ruche", exact=True)).to_be_visible()


def slow_down(page: Page) -> None:
    """A network of the countryside."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 700, "downloadThroughput": 9e4, "uploadThroughput": 3e4},
    )


# Several pages of one attempt


def elsewhere(context: MakeContext, page: Page, attempt: str) -> Page:
    """The same learner's attempt, open on another device."""
    other = context(storage_state=page.context.storage_state()).new_page()
    other.goto(f"/attempts/{attempt}")
    return other


@pytest.mark.parametrize("kept", ["mine", "the other"])
def test_an_older_page_asks_before_it_overwrites(
    page: Page, context: MakeContext, server: Server, forgiven: list[str], kept: str
) -> None:
    forgiven.append(CONFLICT)
    attempt = start(page)
    other = elsewhere(context, page, attempt)
    field(page, "mot").fill("ruche")
    server.wait_for(attempt, "mot", "ruche")

    field(other, "mot").fill("miel")
    box = question(other, "mot").get_by_role("alert")
    expect(box).to_contain_text("Laquelle garder")
    assert server.answers(attempt) == {"mot": "ruche"}
    choice = "Celle que je vois ici" if kept == "mine" else "L’autre"
    box.get_by_role("button", name=choice).click()
    expect(box).to_be_hidden()
    last = "miel" if kept == "mine" else "ruche"
    expect(field(other, "mot")).to_have_value(last)
    server.wait_for(attempt, "mot", last)
    expect(state(other)).to_have_text("Enregistré")

    # From here on this page is the newest.
    field(other, "mot").fill("la ruche")
    server.wait_for(attempt, "mot", "la ruche")


def test_idle_tabs_follow_each_other(page: Page, server: Server) -> None:
    attempt = start(page)
    other = page.context.new_page()
    other.goto(f"/attempts/{attempt}")
    question(page, "zoe").get_by_role("checkbox").nth(1).check()
    field(page, "mot").fill("ruche")
    expect(field(other, "mot")).to_have_value("ruche")
    expect(question(other, "zoe").get_by_role("checkbox").nth(1)).to_be_checked()
    expect(other.locator("[data-count]")).to_have_text("2")
    # And the follower may go on without a conflict.
    field(other, "mot").fill("miel")
    server.wait_for(attempt, "mot", "miel")
    expect(field(page, "mot")).to_have_value("miel")


# Time


def test_the_clock_shows_minutes_and_warns_at_five_and_at_one(page: Page) -> None:
    attempt = start(page)
    page.clock.install()
    page.goto(f"/attempts/{attempt}")
    clock, said = page.get_by_role("timer"), page.locator(".time [role=status]")
    expect(clock).to_have_text("20 min")
    expect(said).to_be_empty()
    page.clock.fast_forward("10:00")
    page.clock.run_for(2000)
    expect(clock).to_have_text(re.compile("^(9|10) min$"))
    expect(said).to_be_empty()
    page.clock.fast_forward("05:00")
    page.clock.run_for(2000)
    expect(clock).to_have_text("5 min")
    expect(said).to_have_text("Il reste 5 minutes.")
    page.clock.fast_forward("04:00")
    page.clock.run_for(2000)
    expect(clock).to_have_text(re.compile(r"^5\d s$"))
    expect(said).to_have_text("Il reste une minute.")


def test_when_time_is_over_the_results_count_what_was_saved(page: Page, server: Server) -> None:
    attempt = start(page)
    question(page, "sujet").get_by_role("radio", name="D’un marché d’hiver").check()
    wait_until(lambda: server.answers(attempt), "the answer is saved")
    server.leave_time(attempt, timedelta(seconds=3))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    field(page, "mot").fill("ruche")
    expect(page).to_have_url(RESULTS, timeout=20_000)
    expect(page.locator("#q-sujet .verdict")).to_contain_text("Juste")
    expect(page.locator("#q-mot .verdict")).to_contain_text("Juste")
    # Once to read, and once at most to hear that it is over.
    assert sum(url.endswith(attempt) for url in asked) <= 2


# Submitting


def test_submitting_twice_makes_one_result(page: Page, server: Server) -> None:
    attempt = start(page)
    look_over(page)
    page.get_by_role("button", name="Terminer et voir mes résultats").dblclick()
    expect(page).to_have_url(RESULTS)
    page.goto("/me")
    expect(page.locator("table.data tbody tr")).to_have_count(1)
    assert server.ask("SELECT count(*) FROM attempt WHERE public_id = ?", attempt) == [(1,)]


def test_a_form_that_finds_a_newer_answer_shows_both(
    page: Page, context: MakeContext, server: Server, forgiven: list[str]
) -> None:
    forgiven.append(CONFLICT)
    attempt = start(page)
    plain = context(
        storage_state=page.context.storage_state(), java_script_enabled=False
    ).new_page()
    plain.goto(f"/attempts/{attempt}")
    field(page, "mot").fill("ruche")
    server.wait_for(attempt, "mot", "ruche")
    field(plain, "mot").fill("miel")
    plain.get_by_role("button", name="Garder pour plus tard").click()
    expect(plain.locator("#e-mot")).to_contain_text("ruche")
    expect(field(plain, "mot")).to_have_value("miel")
    plain.get_by_role("button", name="Garder pour plus tard").click()
    server.wait_for(attempt, "mot", "miel")


# Keyboard

AT = """() => {
    const at = document.activeElement;
    return [at.localName, at.type || '', at.textContent.trim(), at.name || ''];
}"""


def tab_to(page: Page, text: str) -> None:
    """Press Tab until what has the focus says this."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if text in page.evaluate(AT)[2]:
            return
    pytest.fail(f"the keyboard never reaches {text!r}")


def test_a_keyboard_alone_gets_from_home_to_the_results(page: Page) -> None:
    page.goto("/")
    tab_to(page, "Un hiver à Œuilly")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(EXAMPLE))
    tab_to(page, "Commencer l’examen")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/attempts/"))

    answered: set[str] = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        kind, type_, text, name = page.evaluate(AT)
        if "avant l’envoi" in text:
            break
        if name.startswith("q."):
            answered.add(name.split(".")[1])
            if type_ == "radio":
                page.keyboard.press("Space")
                page.keyboard.press("ArrowDown")
            elif type_ == "checkbox":
                page.keyboard.press("Space")
            elif kind == "select":
                page.keyboard.press("ArrowDown")
            else:
                page.keyboard.type("ruche")
    assert len(answered) == 10
    page.keyboard.press("Enter")
    expect(page.get_by_text("Toutes les questions ont une réponse.")).to_be_visible()
    tab_to(page, "Terminer et voir mes résultats")
    page.keyboard.press("Enter")
    expect(page).to_have_url(RESULTS)


def steps(page: Page) -> list[str]:
    """The steps of the ordering question, as they stand."""
    return question(page, "ordre").locator("li > span").all_inner_texts()


def ranks(page: Page) -> list[str]:
    selects = question(page, "ordre").get_by_role("combobox").all()
    return [select.input_value() for select in selects]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_steps_are_put_in_order_by_buttons(
    context: MakeContext, server: Server, *, scripts: bool
) -> None:
    page = context(java_script_enabled=scripts).new_page()
    attempt = start(page)
    first, second, third = steps(page)
    move = question(page, "ordre").locator("button")
    move.filter(has_text="↓").first.click()
    expect(question(page, "ordre").locator("li > span")).to_have_text([second, first, third])
    move.filter(has_text="↑").last.click()
    expect(question(page, "ordre").locator("li > span")).to_have_text([second, third, first])
    assert ranks(page) == ["1", "2", "3"]
    wait_until(
        lambda: sorted(server.answers(attempt).get("ordre", {}).values()) == ["1", "2", "3"],
        "the order is saved",
    )
    page.reload()
    assert steps(page) == [second, third, first]


def test_a_moved_step_keeps_the_focus(page: Page) -> None:
    start(page)
    last = steps(page)[-1]
    up = question(page, "ordre").get_by_role("button", name="Monter").last
    up.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert steps(page)[0] == last
    expect(question(page, "ordre").get_by_role("button", name=f"Monter : {last}")).to_be_focused()


def test_steps_are_put_in_order_by_their_ranks(page: Page) -> None:
    start(page)
    first, second, third = steps(page)
    question(page, "ordre").get_by_role("combobox").nth(2).select_option("1")
    assert steps(page) == [third, first, second]
    assert ranks(page) == ["1", "2", "3"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_enter_in_a_field_keeps_answers_and_moves_no_step(
    context: MakeContext, server: Server, *, scripts: bool
) -> None:
    page = context(java_script_enabled=scripts).new_page()
    attempt = start(page)
    before = steps(page)
    field(page, "mot").fill("ruche")
    field(page, "mot").press("Enter")
    expect(page.get_by_text("Vos réponses sont enregistrées.")).to_be_visible()
    assert server.answers(attempt) == {"mot": "ruche"}
    assert steps(page) == before


# Typing


def test_the_bar_of_accents_writes_at_the_caret(page: Page, server: Server) -> None:
    attempt = start(page)
    field(page, "mot").fill("rche")
    field(page, "mot").press("Home")
    field(page, "mot").press("ArrowRight")
    page.get_by_role("toolbar").get_by_role("button", name="û").click()
    page.keyboard.type("!")
    expect(field(page, "mot")).to_have_value("rû!che")
    server.wait_for(attempt, "mot", "rû!che")


def test_the_bar_of_accents_is_one_stop_of_the_keyboard(page: Page) -> None:
    start(page)
    field(page, "mot").focus()
    bar = page.get_by_role("toolbar")
    page.keyboard.press("Tab")
    expect(bar.get_by_role("button", name="é")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="è")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page, "mot")).to_have_value("è")
    expect(field(page, "mot")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(field(page, "nombre")).to_be_focused()


def test_the_words_of_an_essay_are_counted(page: Page) -> None:
    start(page)
    count = page.locator("#w-avis")
    expect(count).to_have_text("0 mots")
    field(page, "avis").fill("J’aime le miel – vraiment !")
    expect(count).to_have_text("4 mots")


def test_a_sentence_is_chosen_by_a_click_in_the_text(page: Page, server: Server) -> None:
    attempt = start(page)
    question(page, "courage").get_by_role("button", name="Cliquer dans le texte").click()
    sentence = page.locator("#texte .sentence", has_text="dès l’aube")
    sentence.click()
    box = question(page, "courage").get_by_role("checkbox", name="Les artisans")
    expect(box).to_be_checked()
    server.wait_for(attempt, "courage", [sentence.get_attribute("id")])


# Reading


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_word_is_explained_and_closed_by_escape(
    context: MakeContext, by: str, *, scripts: bool
) -> None:
    page = context(java_script_enabled=scripts).new_page()
    start(page, "training")
    word = page.get_by_role("button", name="aube")
    explained = page.get_by_text("le moment où le soleil se lève")
    expect(explained).to_be_hidden()
    if by == "mouse":
        word.click()
    else:
        word.focus()
        page.keyboard.press("Enter")
    expect(explained).to_be_visible()
    page.keyboard.press("Escape")
    expect(explained).to_be_hidden()
    expect(word).to_be_focused()


def test_no_word_is_explained_in_an_exam(page: Page) -> None:
    start(page)
    expect(page.locator("#texte")).to_contain_text("aube")
    expect(page.locator(".gloss")).to_have_count(0)
    assert "le moment où le soleil se lève" not in page.content()


SIZE = "getComputedStyle(document.querySelector('.prose')).fontSize"


def choose_huge_text(page: Page) -> None:
    page.get_by_role("button", name="Confort de lecture").click()
    page.get_by_role("radio", name="Très grande").check()


def test_reading_comfort_acts_at_once_and_is_kept(page: Page) -> None:
    start(page)
    before = page.evaluate(SIZE)
    with page.expect_response("**/preferences"):
        choose_huge_text(page)
    now = page.evaluate(SIZE)
    assert float(now.removesuffix("px")) > 1.3 * float(before.removesuffix("px"))
    page.reload()
    assert page.evaluate(SIZE) == now


def test_reading_comfort_is_kept_without_scripts_and_with_what_was_typed(
    context: MakeContext, server: Server
) -> None:
    page = context(java_script_enabled=False).new_page()
    attempt = start(page)
    before = page.evaluate(SIZE)
    field(page, "mot").fill("ruche")
    choose_huge_text(page)
    now = page.evaluate(SIZE)
    assert now != before
    with page.expect_navigation():
        page.get_by_role("button", name="Garder ces réglages").click()
    page.reload()
    assert page.evaluate(SIZE) == now
    assert server.answers(attempt) == {"mot": "ruche"}


def test_pointing_at_a_correction_lights_its_evidence(page: Page) -> None:
    start(page)
    finish(page)
    page.locator("#q-nombre .verdict").hover()
    lit = page.locator("mark.on")
    expect(lit).to_have_count(1)
    expect(lit).to_contain_text("trois ruches")


# Training


def test_training_gives_a_hint_two_tries_and_then_the_proof(page: Page) -> None:
    start(page, "training")
    card = question(page, "sujet")
    hint = "Relisez la première phrase."
    expect(card).not_to_contain_text(hint)
    hint_button(card).click()
    expect(card).to_contain_text(hint)
    expect(hint_button(card)).to_have_count(0)

    card.get_by_role("radio", name="Paris").check()
    try_button(card).click()
    expect(card).to_contain_text("Paris n’est pas cité.")
    expect(card.get_by_role("status")).to_contain_text("À revoir")
    expect(card.locator(".proof")).to_have_count(0)

    card.get_by_role("radio", name="D’un marché d’hiver").check()
    try_button(card).click()
    expect(card.locator(".verdict")).to_contain_text("Juste")
    expect(try_button(card)).to_have_count(0)
    expect(card.get_by_role("radio")).to_have_count(0)
    proof = card.locator(".proof a").first
    proof.click()
    expect(page.locator(".sentence:target, mark:target")).to_contain_text("petit marché")


def test_checking_one_answer_keeps_the_others(page: Page, server: Server) -> None:
    attempt = start(page, "training")
    field(page, "nombre").fill("3")
    field(page, "mot").fill("miel")
    try_button(question(page, "mot")).click()
    expect(question(page, "mot").locator(".said")).to_be_visible()
    expect(field(page, "nombre")).to_have_value("3")
    assert server.answers(attempt) == {"mot": "miel", "nombre": "3"}


# Leaving, and languages


def stored(page: Page) -> int:
    """How much of ours the device keeps."""
    return int(page.evaluate("Object.keys(localStorage).length"))


def leave(page: Page) -> None:
    page.goto("/me/leave")
    page.get_by_role("button", name="quitter ce poste").click()
    expect(page.get_by_text("ce poste ne garde rien")).to_be_visible()


def test_after_leaving_the_back_button_shows_nothing(page: Page, forgiven: list[str]) -> None:
    forgiven.append("status of 404")
    attempt = start(page)
    field(page, "mot").fill("ruche")
    expect(state(page)).to_have_text("Enregistré")
    page.goto("/me")
    expect(page.get_by_text("À reprendre")).to_be_visible()
    leave(page)
    assert stored(page) == 0
    cookies = {cookie["name"] for cookie in page.context.cookies() if "name" in cookie}
    assert "relire_learner" not in cookies
    for _ in range(2):
        page.go_back()
        expect(page.get_by_text("À reprendre")).to_have_count(0)
    page.go_back()
    assert "ruche" not in page.content()
    page.goto(f"/attempts/{attempt}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")


def test_leaving_warns_of_answers_that_were_never_sent(page: Page, forgiven: list[str]) -> None:
    forgiven.append(OFFLINE)
    start(page)
    page.context.set_offline(offline=True)
    field(page, "mot").fill("ruche")
    expect(state(page)).to_contain_text("pas encore envoyé")
    other = page.context.new_page()
    page.close()
    other.context.set_offline(offline=False)
    other.goto("/me/leave")
    expect(other.get_by_text("elles seraient perdues")).to_be_visible()
    assert stored(other) == 1
    other.get_by_role("button", name="quitter ce poste").click()
    expect(other.get_by_text("ce poste ne garde rien")).to_be_visible()
    assert stored(other) == 0


def test_the_interface_speaks_english_and_french_again(page: Page) -> None:
    start(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("navigation", name="Main")).to_contain_text("Library")
    # The text and its questions stay French, and say so.
    expect(page.locator("#texte .prose").first).to_have_attribute("lang", "fr")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("navigation", name="Principal")).to_contain_text("Bibliothèque")


def test_a_word_is_explained_beside_it_on_the_narrowest_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    start(page, "training", "ia-chine-comprehension-b1")
    words = page.locator(".gloss")
    assert words.count() > 0
    for word in words.all():
        word.click()
        box = page.locator(".gl:popover-open").bounding_box()
        assert box
        assert box["width"] > 200, "not a narrow column"
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 320
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 640
        page.keyboard.press("Escape")
