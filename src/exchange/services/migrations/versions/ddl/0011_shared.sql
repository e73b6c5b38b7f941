create function ledger.warn_rows(in_period text, by_rule text, in_field text, warned text[]) returns bigint
language sql as $$
    with marked as (
        update ledger.source_row as source_row
        set
            disposition = case source_row.disposition when 'accept' then 'warn' else source_row.disposition end,
            rules = array_to_string(
                array(
                    select rule
                    from unnest(string_to_array(source_row.rules, ';') || array[by_rule]) as rule
                    where rule <> '' order by rule
                ),
                ';'
            )
        where
            source_row.row_id = any(warned)
            and by_rule <> all(string_to_array(source_row.rules, ';'))
        returning source_row.row_id
    ),
    noted as (
        insert into ledger.issue (period, row_id, field, rule)
        select in_period, row_id, in_field, by_rule from marked
        returning 1
    )
    select count(*) from noted
$$;
comment on function ledger.warn_rows(text, text, text, text[]) is '发布时才能判定的规则：给数据行加提醒（不暂存），并记入问题表；返回新提醒的行数';

create function registry.numbers_of(in_period text, persons text[]) returns table (scheme text, id_hmac bytea)
language sql stable as $$
    with recursive family (person_id) as (
        select * from unnest(persons)
        union
        select merged.person_id from family join registry.person as merged on merged.merged_into = family.person_id
        where merged.merged_period <= in_period
    )
    select distinct known.scheme, known.id_hmac
    from family join registry.identifier as known on known.person_id = family.person_id
    where known.first_period <= in_period
$$;
comment on function registry.numbers_of(text, text[]) is '某月为止这些人（含并入者）已知的全部证件号码摘要';

create function core.stock_facts(spell core.residence_spell, as_of date, ever_married text[]) returns table (
    spell_id text,
    person_id text,
    township9 text,
    scope text,
    village text,
    sex text,
    birth_date date,
    age integer,
    is_ever_married boolean,
    has_stayed_3_months boolean,
    has_stayed_6_months boolean,
    reaches_65 boolean
)
language sql stable as $$
    select
        spell.spell_id,
        spell.person_id,
        spell.township9,
        spell.scope,
        coalesce(spell.village12, spell.village),
        person.sex,
        person.birth_date,
        core.full_years(person.birth_date, as_of),
        coalesce(person.marital = any(ever_married), false),
        coalesce(spell.arrive_date, spell.register_date) + interval '3 months' <= as_of,
        coalesce(spell.arrive_date, spell.register_date) + interval '6 months' <= as_of,
        extract(year from person.birth_date) + 65 <= extract(year from as_of)
    from core.person as person
    where person.person_id = spell.person_id and spell.scope_group = 'default'
$$;
comment on function core.stock_facts(core.residence_spell, date, text[]) is '默认口径的居住登记，连同某日的年龄、居住时间等；是否在册由调用者判定';
