from django.db import migrations

from bangfu.platform.database.append_only import AppendOnly
from bangfu.platform.database.spells import NoOverlap


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        AppendOnly("Event"),
        NoOverlap("Membership", key="person"),
        NoOverlap("Standing", key="household"),
    ]
