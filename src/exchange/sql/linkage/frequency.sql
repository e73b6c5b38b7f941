-- engine: DuckDB
-- reads: profile
-- writes: nothing (result: field, value, share of the persons that have the value)
-- parameters: none
with person as (select count(distinct node) as n from profile),

valued as (
    select distinct node, field, value
    from (unpivot (
        select node, name, key, born, phone, community, guardian_key, family, given, other,
            address_1, address_2, address_3, address_4, address_5, address_6, address_7, address_8
        from profile
    ) on columns (* exclude (node)) into name field value value)
)

select field, value, count(*) / (select n from person)::double as share
from valued
group by field, value
