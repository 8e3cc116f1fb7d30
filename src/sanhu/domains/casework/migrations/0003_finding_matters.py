"""Finding matters: keyed tokens of each, a full-text index of them, and what lists are ordered and narrowed by.

Every matter there is gets its tokens here; its words are unsealed for that, which takes some minutes a million.
"""

import django.db.models.deletion
import sanhu.domains.casework.models.matter
import sanhu.domains.casework.models.search
from django.db import migrations, models
from sanhu.domains.casework.search import tokens

_AT_A_TIME = 500

# The tokens lie in the table Django knows; the full-text table holds nothing but its index, and triggers carry over
# what changes. detail=none: an index of which rows hold a token, not where in them.
_SQLITE = (
    """CREATE VIRTUAL TABLE casework_search USING fts5(
        tokens, content='casework_searchentry', content_rowid='matter_id', detail=none, columnsize=0, tokenize='ascii'
    )""",
    """CREATE TRIGGER casework_search_added AFTER INSERT ON casework_searchentry BEGIN
        INSERT INTO casework_search (rowid, tokens) VALUES (new.matter_id, new.tokens);
    END""",
    """CREATE TRIGGER casework_search_gone AFTER DELETE ON casework_searchentry BEGIN
        INSERT INTO casework_search (casework_search, rowid, tokens) VALUES ('delete', old.matter_id, old.tokens);
    END""",
    """CREATE TRIGGER casework_search_changed AFTER UPDATE ON casework_searchentry WHEN old.tokens <> new.tokens BEGIN
        INSERT INTO casework_search (casework_search, rowid, tokens) VALUES ('delete', old.matter_id, old.tokens);
        INSERT INTO casework_search (rowid, tokens) VALUES (new.matter_id, new.tokens);
    END""",
)
# What waits to be sorted into the index is read at every search: it is kept small (in kB).
_POSTGRES = (
    """CREATE INDEX casework_search ON casework_searchentry USING gin (tokens) WITH (gin_pending_list_limit = 512)""",
)


def fill(apps, schema_editor):
    """Give every matter its tokens: what was written is unsealed once, some matters at a time."""
    matters, entries = apps.get_model("casework", "Matter"), apps.get_model("casework", "SearchEntry")
    last = 0
    while some := list(matters.objects.filter(pk__gt=last).order_by("pk")[:_AT_A_TIME]):
        last = some[-1].pk
        added, bodies = _beside(apps, [matter.pk for matter in some])
        entries.objects.bulk_create(
            entries(
                matter_id=matter.pk,
                tokens=tokens.of_matter(
                    words=(matter.words, matter.public_title, *added.get(matter.pk, ())),
                    address=matter.address,
                    location=matter.cell_code or matter.area_code,
                    bodies={matter.lead_id, *bodies.get(matter.pk, ())} - {None},
                ),
            )
            for matter in some
            if matter.words
        )


def _beside(apps, keys):
    """Give the words that were added to some matters, and the bodies that were asked about them."""
    added, bodies = {}, {}
    for key, words in apps.get_model("casework", "Supplement").objects.filter(matter__in=keys).values_list(
        "matter_id", "words"
    ):
        added.setdefault(key, []).append(words)
    for key, body in apps.get_model("casework", "CoSigning").objects.filter(matter__in=keys).values_list(
        "matter_id", "organisation_id"
    ):
        bodies.setdefault(key, []).append(body)
    return added, bodies


def make_index(apps, schema_editor):
    """Make the full-text index of this database."""
    for statement in _POSTGRES if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    """Take the full-text index away; its triggers go with the table of tokens."""
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.execute("DROP TABLE casework_search")


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0002_words_before_they_are_public'),
        ('catalogue', '0001_initial'),
        ('subjects', '0002_signing_in_and_the_desk'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_entry', serialize=False, to='casework.matter')),
                ('tokens', sanhu.domains.casework.models.search.TokensField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='matter',
            name='matter_in_state',
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['district', 'state', 'reported_at'], name='matter_in_state'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(sanhu.domains.casework.models.matter.StreetOf('area_code'), models.F('reported_at'), name='matter_of_street'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['lead', 'reported_at'], name='matter_led'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['item', 'reported_at'], name='matter_under_item'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(make_index, drop_index),
    ]
