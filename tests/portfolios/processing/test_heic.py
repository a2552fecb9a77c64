"""A HEIC photo, which few browsers draw: a JPEG for others, and a picture of it for its owner."""

import io

from django.urls import reverse
from PIL import Image

from assessments.workflow import submit
from jobs.working import work_off
from portfolios.models import EvidenceFile
from portfolios.workflow import add_file
from tests.factories import files
from tests.world import OWN_WORK, acting

GPS = 0x8825


def test_a_heic_photo_is_a_jpeg_without_its_place_for_others_and_a_picture_for_its_owner(client, world):
    file = add_file(world.draft("K1").pk, acting(world.apprentice), files.make_heic_photo())
    submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    work_off()
    file.refresh_from_db()
    assert (file.processing, file.width, file.height) == (EvidenceFile.Processing.DONE, 64, 48)
    assert {one.kind for one in file.renditions.unscoped()} == {"thumbnail", "picture"}
    client.force_login(world.assessor)
    given = client.get(reverse("pages:file", args=[file.pk]))
    assert given["Content-Type"] == "image/jpeg"
    content = b"".join(given.streaming_content)
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(GPS) == {}
    assert b"SecretMaker" not in content
    client.force_login(world.apprentice)
    assert client.get(reverse("pages:file", args=[file.pk]))["Content-Type"] == "image/heic"
