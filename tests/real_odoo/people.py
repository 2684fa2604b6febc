"""Read by ``odoo shell``: the people of the test company and their keys. ``env`` is Odoo's environment."""
# ruff: noqa: F821, T201

import json


def a_salesman(name, login):
    return env["res.users"].create(
        {
            "name": name,
            "login": login,
            "email": f"{login}@example.com",
            "lang": "ru_RU",
            "tz": "Europe/Moscow",
            "notification_type": "inbox",
            "group_ids": [(6, 0, [env.ref("sales_team.group_sale_salesman").id, env.ref("base.group_user").id])],
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
    "salesman": a_key(a_salesman("Анна Продажина", "anna")),
    "colleague": a_key(a_salesman("Борис Коллегин", "boris")),
}
env.cr.commit()
print("KEYS " + json.dumps(keys))
