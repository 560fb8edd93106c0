from django.db import migrations

from bangfu.platform.database.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]

    operations = [AppendOnly("PovertyReturn"), AppendOnly("EmergencyHelp"), AppendOnly("DivisionExit")]
