"""Small words for tests of authors: a teacher, a file, a draft, a quiz."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import insert

from app.extensions import db
from app.formats import read_upload
from app.formats.base import Upload
from app.models.account import UserRow
from app.services import read, run, transfer
from app.services.transfer import Received

GIFT = """\
::Le marché:: Où sont les artisans ? {=Sur la place#Bien lu. ~À la gare#Le texte parle d’une place. ~Au lycée}

Ils s’installent à l’aube. {T}

Sans clé {~a ~b}
"""


def make_teacher(name: str = "Ana") -> int:
    """A teacher who never signs in; the id."""
    now = datetime.now(UTC)
    with db.engine.connect().execution_options(write=True) as conn, conn.begin():
        return conn.execute(
            insert(UserRow)
            .values(
                email=f"{uuid4()}@exemple.fr",
                name=name,
                role="teacher",
                active=True,
                password="x",
                password_changed=now,
                fs_uniquifier=uuid4().hex,
                created=now,
            )
            .returning(UserRow.id)
        ).scalar_one()


def preview(teacher: int, text: str = GIFT, name: str = "marché.gift") -> str:
    """A draft made from a file; its public id."""
    now = datetime.now(UTC)
    draft_id = run(transfer.open_preview, teacher, [Received(name, text.encode())], now)
    read_all(teacher, draft_id)
    return draft_id


def read_all(teacher: int, draft_id: str) -> None:
    """Read the files that wait in a draft."""
    now = datetime.now(UTC)
    for file in read(transfer.list_waiting, teacher, draft_id):
        data = run(transfer.claim, file.id, now)
        assert data is not None
        result = read_upload(Upload(data, file.name))
        run(transfer.store_result, teacher, draft_id, file, result, now)
