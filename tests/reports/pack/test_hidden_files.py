"""A file that staff hid is in no pack that anybody can have, and packs say that it is withheld."""

import io
import json
import zipfile
from unittest.mock import patch

import pytest

from core.errors import OutOfTurn
from reports.exports.sweeping import sweep_exports
from reports.exports.workflow import download_export
from reports.pack.assembling import Assembly
from reports.pack.verifying import verify
from reports.pack.workflow import ask_for_pack
from tests.portfolios import hiding
from tests.reports.pack.packing import asked, bytes_of, choose, keys_today, made, witnessed
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def test_a_hidden_file_is_withheld_from_packs_and_they_say_so(world: World):
    submission = witnessed(world)
    file = submission.files.get().file
    choose(world, submission.evidence_id)
    before = asked(world)
    hiding.hide(world, file)
    with pytest.raises(OutOfTurn, match="was hidden after it was made"):
        download_export(before.pk, acting(world.assessor))
    sweep_exports()
    before.refresh_from_db()
    assert before.deleted_at
    pack = asked(world)
    with zipfile.ZipFile(io.BytesIO(bytes_of(pack))) as archive:
        found = {name.partition("/")[2]: archive.read(name).decode() for name in archive.namelist()}
    assert "One file is withheld" in found["index.html"]
    assert not [name for name in found if name.endswith(".png")]
    piece = json.loads(next(text for name, text in found.items() if name.endswith("/piece.json")))
    assert (piece["files"][0]["path"], piece["files"][0]["original_sha256"]) == (None, file.sha256)
    assert json.loads(found["data/pack.json"])["about"]["withheld_files"] == 1
    assert verify(io.BytesIO(bytes_of(pack)), keys_today()).is_good


def test_a_pack_is_not_kept_if_a_file_is_hidden_while_it_is_written(world: World):
    submission = witnessed(world)
    choose(world, submission.evidence_id)
    pack = ask_for_pack(world.apprenticeship.pk, acting(world.assessor))
    write = Assembly.write

    def write_and_hide(assembly: Assembly, *given: object) -> None:
        write(assembly, *given)  # type: ignore[arg-type]
        hiding.hide(world, submission.files.get().file)

    with patch.object(Assembly, "write", write_and_hide):
        made(pack)
    assert (pack.made_at, pack.failure) == (None, "A file was hidden while this was made. Ask for it again.")
