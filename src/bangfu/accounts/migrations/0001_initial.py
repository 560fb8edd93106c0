import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from bangfu.platform.database.spells import NoOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('username', models.CharField(max_length=64, unique=True, verbose_name='用户名')),
                ('display_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='办公电话')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('must_change_password', models.BooleanField(default=True, verbose_name='须修改密码')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', '英文')], default='zh-hans', max_length=10, verbose_name='语言')),
                ('last_division', models.CharField(blank=True, max_length=12, verbose_name='当前区划')),
            ],
            options={
                'verbose_name': '用户',
                'verbose_name_plural': '用户',
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('county_office', '县级主管部门(乡村振兴、扶贫办)'), ('township', '乡镇'), ('village', '村'), ('helper', '帮扶责任人'), ('inspector', '督查人员'), ('data_admin', '数据管理员'), ('security_admin', '安全保密管理员'), ('audit_admin', '安全审计员')], max_length=20, verbose_name='角色')),
                ('division_code', models.CharField(max_length=12, verbose_name='区划代码')),
                ('since', models.DateField(verbose_name='开始日期')),
                ('until', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('granted_by', models.CharField(max_length=150, verbose_name='授予人')),
                ('administrator', models.BigIntegerField(editable=False, null=True, verbose_name='三员互斥')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL, verbose_name='用户')),
            ],
            options={
                'verbose_name': '岗位',
                'verbose_name_plural': '岗位',
                'indexes': [models.Index(fields=['division_code', 'role'], name='post_at_division')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('administrator', models.F('user_id')), ('administrator__isnull', False), ('role__in', ['audit_admin', 'data_admin', 'security_admin'])), models.Q(models.Q(('role__in', ['audit_admin', 'data_admin', 'security_admin']), _negated=True), ('administrator', None)), _connector='OR'), name='post_names_its_administrator')],
            },
        ),
        NoOverlap("Post", key=("user", "role", "division_code")),
        NoOverlap("Post", key="administrator"),
    ]
