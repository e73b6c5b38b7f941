-- engine: DuckDB
-- reads: hidden_row, tier (name, by: list of kinds of evidence)
-- writes: hidden_key (place, tier, key: every key of every hidden row, and its name as tier `name`)
-- parameters: none
create table hidden_key as
with told as (
    select
        place,
        name,
        map {
            'name': name, 'birth_date': birth_date, 'sex': sex, 'phone': phone, 'guardian_number': guardian_number,
            'guardian_name': guardian_name, 'health_record': health_record, 'certificate': certificate,
            'township': township
        } as told
    from hidden_row
),

parts as (
    select told.place, tier.name as tier, list_transform(tier.by, lambda kind: told.told[kind]) as parts
    from told cross join tier
    where tier.name <> 'CANDIDATE'
)

select place, tier, array_to_string(parts, chr(31)) as key from parts where list_count(parts) = len(parts)
union all
select place, 'name', name from told where name is not null;
