"""Read by ``odoo shell``: the people of the test company and their keys. ``env`` is Odoo's environment."""
# ruff: noqa: F821, T201

import json


def an_employee(name, login, *groups):
    return env["res.users"].create(
        {
            "name": name,
            "login": login,
            "email": f"{login}@example.com",
            "lang": "ru_RU",
            "tz": "Europe/Moscow",
            "notification_type": "inbox",
            "group_ids": [(6, 0, [env.ref(group).id for group in ("base.group_user", *groups)])],
        }
    )


def a_key(user):
    # As the superuser it may be valid without end: the database outlives the 90 days a salesman's key may have.
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "test", None)


# A Russian company keeps its deals in roubles.
rouble = env.ref("base.RUB")
rouble.active = True
env.ref("base.main_company").currency_id = rouble

admin = env.ref("base.user_admin")
admin.write({"lang": "ru_RU", "tz": "Europe/Moscow"})
keys = {
    "admin": a_key(admin),
    "salesman": a_key(an_employee("Анна Продажина", "anna", "sales_team.group_sale_salesman")),
    "colleague": a_key(an_employee("Борис Коллегин", "boris", "sales_team.group_sale_salesman")),
    "newcomer": a_key(an_employee("Вера Новикова", "vera")),
}
env.cr.commit()
print("KEYS " + json.dumps(keys))
