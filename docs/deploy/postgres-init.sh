#!/bin/sh
# Runs once, when the server's data folder is new: a role and a database each for the exchange and for Airflow.
set -eu
for name in exchange airflow; do
    secret=/run/secrets/$(echo "$name" | tr '[:lower:]' '[:upper:]')_DB_PASSWORD
    psql --username=postgres --dbname=postgres --quiet --set=ON_ERROR_STOP=1 \
        --set=name="$name" --set=password="$(cat "$secret")" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke all on database :"name" from public;
SQL
done
