from django.db import migrations, models

from bangfu.platform.database.spells import NoOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Division',
            fields=[
                ('code', models.CharField(max_length=12, primary_key=True, serialize=False, verbose_name='区划代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, '省级'), (2, '市级'), (3, '县级'), (4, '乡级'), (5, '村级')], verbose_name='级别')),
                ('parent_code', models.CharField(max_length=12, verbose_name='上级代码')),
                ('initials', models.CharField(max_length=60, verbose_name='拼音首字母')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='设立日期')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('source', models.CharField(max_length=200, verbose_name='来源')),
            ],
            options={
                'verbose_name': '行政区划',
                'verbose_name_plural': '行政区划',
                'indexes': [models.Index(fields=['parent_code', 'code'], name='division_children'), models.Index(fields=['level', 'name', 'initials', 'code', 'valid_until'], name='division_search')],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__range', (1, 5))), name='division_level_is_one_of_five'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_from', None), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='division_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='DivisionAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_code', models.CharField(max_length=12, verbose_name='区划代码')),
                ('kind', models.CharField(choices=[('poor_village', '贫困村'), ('deep_poverty_village', '深度贫困村'), ('key_support_village', '乡村振兴重点帮扶村'), ('national_poor_county', '国家扶贫开发工作重点县'), ('provincial_poor_county', '省级贫困县'), ('key_county', '连片特困地区重点县'), ('deep_poverty_county', '深度贫困县'), ('key_support_county', '国家乡村振兴重点帮扶县')], max_length=30, verbose_name='标记')),
                ('since', models.DateField(verbose_name='开始日期')),
                ('until', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('document', models.TextField(verbose_name='认定文件')),
            ],
            options={
                'verbose_name': '区划标记',
                'verbose_name_plural': '区划标记',
                'indexes': [models.Index(fields=['division_code', 'kind', 'since'], name='attribute_of_division')],
            },
        ),
        migrations.CreateModel(
            name='Successor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_code', models.CharField(max_length=12, verbose_name='原代码')),
                ('new_code', models.CharField(db_index=True, max_length=12, verbose_name='新代码')),
                ('changed_on', models.DateField(verbose_name='变更日期')),
                ('document', models.TextField(verbose_name='批准文件')),
            ],
            options={
                'verbose_name': '区划代码变更',
                'verbose_name_plural': '区划代码变更',
                'constraints': [models.UniqueConstraint(fields=('old_code', 'new_code'), name='successor_named_once'), models.CheckConstraint(condition=models.Q(('old_code', models.F('new_code')), _negated=True), name='successor_is_another_code')],
            },
        ),
        migrations.CreateModel(
            name='VillagersGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('village_code', models.CharField(max_length=12, verbose_name='行政村代码')),
                ('number', models.PositiveSmallIntegerField(verbose_name='组号')),
                ('name', models.CharField(max_length=40, verbose_name='组名')),
            ],
            options={
                'verbose_name': '村民小组',
                'verbose_name_plural': '村民小组',
                'constraints': [models.UniqueConstraint(fields=('village_code', 'number'), name='villagers_group_number_once'), models.UniqueConstraint(fields=('village_code', 'name'), name='villagers_group_name_once')],
            },
        ),
        NoOverlap("DivisionAttribute", key=("division_code", "kind")),
    ]
