"""The sheet to fill: one example of each type, and a manual that fits on one screen."""

from app.formats.spreadsheet.reading import MANUAL
from app.formats.spreadsheet.settings import PHRASES
from app.formats.spreadsheet.writing import QUESTIONS, TEXTS, csv_bytes, table
from app.formats.tables import Table

__all__ = ["template_csv", "template_xlsx"]

TITLE = "Un village en hiver"
TEXT = (
    "Chaque hiver, le village d’Œuilly accueille un petit marché. Les artisans s’installent dès "
    "l’aube, malgré le froid.\n\n"
    "« Nous vendons surtout du miel », explique Zoé, la sœur du boulanger. Elle a commencé en 2019 "
    "avec trois ruches."
)

EXAMPLES: list[dict[str, str]] = [
    {
        "Type": "Choix unique",
        "Question": "De quoi parle surtout ce texte ?",
        "Choix A": "D’un marché d’hiver",
        "Choix B": "D’un voyage à Paris",
        "Choix C": "De la fabrication du pain",
        "Bonne réponse": "A",
        "Commentaire A": "Oui : la première phrase l’annonce.",
        "Commentaire B": "Paris n’est pas cité.",
        "Commentaire C": "On parle du boulanger, mais pas de son métier.",
        "Compétence": "global",
        "Preuve": "accueille un petit marché",
        "Indice": "Relisez la première phrase.",
    },
    {
        "Type": "Choix multiples",
        "Question": "Que sait-on de Zoé ?",
        "Choix A": "Elle vend du miel.",
        "Choix B": "Elle déteste l’hiver.",
        "Choix C": "Elle a un frère boulanger.",
        "Choix D": "Elle travaille avec son frère.",
        "Bonne réponse": "A ; C",
        "Points": "2",
        "Compétence": "détail",
        "Preuve": "Nous vendons surtout du miel | la sœur du boulanger",
    },
    {
        "Type": "Vrai ou faux",
        "Question": "Les artisans arrivent l’après-midi.",
        "Bonne réponse": "Faux",
        "Commentaire A": "Non : ils arrivent bien plus tôt.",
        "Compétence": "détail",
        "Preuve": "Les artisans s’installent dès l’aube, malgré le froid.",
        "Réglages": "justifier",
    },
    {
        "Type": "Réponse courte",
        "Question": "Quel mot du texte veut dire « maisons des abeilles » ?",
        "Bonne réponse": "ruches | ruche (50 %) # Au pluriel, s’il vous plaît.",
        "Compétence": "vocabulaire",
        "Preuve": "trois ruches",
        "Réglages": "articles libres",
    },
    {
        "Type": "Nombre",
        "Question": "En quelle année Zoé a-t-elle commencé ?",
        "Bonne réponse": "2019",
        "Compétence": "détail",
        "Preuve": "Elle a commencé en 2019",
    },
    {
        "Type": "Associations",
        "Question": "Associez chaque mot à sa définition.",
        "Choix A": "aube = lever du soleil",
        "Choix B": "ruche = maison des abeilles",
        "Choix C": "coucher du soleil",
        "Compétence": "vocabulaire",
        "Preuve": "dès l’aube | trois ruches",
    },
    {
        "Type": "Mise en ordre",
        "Question": "Remettez les faits dans l’ordre du texte.",
        "Choix A": "Le marché est présenté.",
        "Choix B": "Les artisans s’installent.",
        "Choix C": "Zoé parle du miel.",
        "Compétence": "détail",
        "Preuve": "Les artisans s’installent",
    },
    {
        "Type": "Texte à trous",
        "Question": "Complétez le résumé.",
        "Choix A": "son frère",
        "Choix B": "sa sœur",
        "Bonne réponse": (
            "Zoé [a commencé | commence (50 %)] avec trois [*ruches | roches | riches] ;"
            " [son frère] est boulanger."
        ),
        "Compétence": "grammaire",
        "Preuve": "Elle a commencé en 2019 avec trois ruches.",
    },
    {
        "Type": "Choix dans le texte",
        "Question": "Choisissez la phrase qui montre que les artisans sont courageux.",
        "Bonne réponse": "Les artisans s’installent dès l’aube, malgré le froid.",
        "Compétence": "inférence",
        "Preuve": "Les artisans s’installent dès l’aube, malgré le froid.",
    },
    {
        "Type": "Rédaction",
        "Question": "Aimeriez-vous vendre à ce marché ?",
        "Choix A": "Deux arguments = 2",
        "Choix B": "Connecteurs logiques = 1",
        "Choix C": "Présent et conditionnel = 2",
        "Points": "5",
        "Compétence": "point de vue",
        "Réglages": "50 à 90 mots",
    },
]

_RULES: list[tuple[str, str]] = [
    (
        "Type",
        (
            "Choix unique, Choix multiples, Vrai ou faux, Réponse courte, Nombre, Associations, Mise en "
            "ordre, Texte à trous, Choix dans le texte, Rédaction. Laissé vide, il est déduit. Une ligne "
            "de type « Texte » est un texte à lire : son titre dans « Question », le texte dans « Texte »."
        ),
    ),
    ("Question", "La consigne. C’est la seule colonne toujours nécessaire."),
    (
        "Choix A, Choix B…",
        (
            "Les choix. Associations : « gauche = droite », et une proposition seule pour en mettre une en "
            "trop. Mise en ordre : les étapes, dans le bon ordre. Texte à trous : la banque de mots. Choix "
            "dans le texte : les phrases parmi lesquelles choisir (toutes, si c’est vide). Rédaction : le "
            "barème, « critère = points »."
        ),
    ),
    (
        "Bonne réponse",
        (
            "La lettre du choix (A), plusieurs lettres (A ; C), ou le texte du choix. Vrai, Faux ou Non "
            "dit. Réponse courte : les textes acceptés, séparés par |. Nombre : 12,5 ou 12,5 ± 0,5. Texte "
            "à trous : le texte complet, les trous entre crochets ; [mot] se tape, [*bon | autre] se "
            "choisit. Choix dans le texte : les phrases à trouver, telles qu’elles sont dans le texte."
        ),
    ),
    (
        "(50 %) et #",
        (
            "Dans « Bonne réponse » : « ruche (50 %) » donne la moitié des points, « ruche (0 %) # Au "
            "pluriel. » n’en donne pas et le dit. Pour écrire l’un des signes | # = → * ( ) [ ] ; tel quel, "
            "mettez \\ devant."
        ),
    ),
    (
        "Commentaire A, B…",
        (
            "Ce qui s’affiche quand ce choix est pris. Vrai ou faux : A pour vrai, B pour faux, C pour "
            "non dit, D pour une phrase qui ne prouve rien."
        ),
    ),
    (
        "Commentaire",
        "Ce qui s’affiche dans tous les cas. Ou bien « Commentaire juste » et « Commentaire faux ».",
    ),
    ("Points", "1, si c’est vide."),
    (
        "Compétence",
        (
            "global, détail, inférence, point de vue, vocabulaire, grammaire, concept, argumentation. "
            "« Sous-compétence » est libre."
        ),
    ),
    ("Niveau", "A1 à C2 : celui du quiz."),
    ("Preuve", "La phrase du texte qui prouve la réponse, recopiée ; plusieurs, séparées par |."),
    ("Indice", "Une aide à l’entraînement ; jusqu’à trois, séparées par |."),
    (
        "Texte",
        (
            "Le texte à lire, s’il n’est pas dans la feuille « Textes ». Le même texte sur plusieurs "
            "lignes n’est pris qu’une fois. Une ligne vide sépare deux paragraphes, ## ouvre un intertitre."
        ),
    ),
    (
        "Réglages",
        "Rarement utile, séparés par ; : " + ", ".join(PHRASES) + ", 50 à 90 mots, unité : km.",
    ),
]


def template_xlsx() -> bytes:
    """The template as a workbook: examples, their text, and what each column is for."""
    manual: Table = [["Colonne", "Ce qu’on y écrit"], *map(list, _RULES)]
    texts = table([{"Titre": TITLE, "Texte": TEXT}], first=("Titre", "Texte"))
    from app.formats.spreadsheet.workbook import xlsx_bytes  # noqa: PLC0415 (it loads openpyxl)

    return xlsx_bytes({QUESTIONS: table(EXAMPLES), TEXTS: texts, MANUAL: manual})


def template_csv() -> bytes:
    """The template as one sheet of text, without the manual."""
    text = {"Type": "Texte", "Question": TITLE, "Texte": TEXT}
    return csv_bytes(table([text, *EXAMPLES]))
