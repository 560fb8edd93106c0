from django.db import migrations

from bangfu.platform.database.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("targeting", "0001_initial")]

    operations = [AppendOnly("Notification"), AppendOnly("VillageItem")]
