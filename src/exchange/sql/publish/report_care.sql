-- Lines of the monthly report about registered migrants: records, certificates, doses, children, pregnancies, births.
-- reads: month_stock, month_doses, core.service, core.pregnancy, mart.list_entry
-- writes: mart.report_line
-- parameters: period, generation, places, year_start, month_start, as_of, record_class, immunisation_class, child_care_class
with served as (
    select
        person_id,
        bool_or(has_ehr) as has_record,
        min(period) filter (where has_ehr) as record_since,
        bool_or(service_class = :record_class and ehr_standard) as is_standard,
        bool_or(service_class = :immunisation_class
            and (certificate_number is not null or certificate_created is not null)) as has_certificate,
        bool_or(service_class = :child_care_class and service_date between :year_start and :as_of) as is_managed
    from core.service
    where period <= :period
    group by person_id
),
doses as (
    select spell_id, count(*) as due, count(given_on) as met
    from month_doses
    where is_due
    group by spell_id
),
pregnancy as (
    select
        person_id,
        bool_or(booked_date between :month_start and :as_of) as is_booked,
        bool_or(booked_date between :month_start and :as_of and booked_date - last_menses < 91) as is_early
    from core.pregnancy
    group by person_id
),
person as (
    select stock.*, served.*, doses.due, doses.met, pregnancy.is_booked, pregnancy.is_early,
        exists (
            select 1 from mart.list_entry as entry
            where entry.period = :period and entry.generation = :generation and entry.list = 'pregnant'
                and entry.person_id = stock.who
        ) as is_pregnant
    from (select person_id as who, spell_id, township9, age, has_stayed_3_months, has_stayed_6_months
        from month_stock) as stock
    left join served on served.person_id = stock.who
    left join doses on doses.spell_id = stock.spell_id and stock.has_stayed_3_months
    left join pregnancy on pregnancy.person_id = stock.who
),
counted as (
    select
        coalesce(person.township9, 'district') as township9, long.is_long,
        count(*) filter (where has_stayed_6_months) as records_due,
        count(*) filter (where has_record) as records_have,
        count(*) filter (where record_since = :period) as records_new,
        count(*) filter (where is_standard) as records_standard,
        count(*) filter (where age < 7 and has_stayed_3_months) as certificates_due,
        count(*) filter (where age < 7 and has_stayed_3_months and has_certificate) as certificates_have,
        sum(due) as doses_due,
        sum(met) as doses_met,
        count(*) filter (where age < 7) as children_due,
        count(*) filter (where age < 7 and is_managed) as children_managed,
        count(*) filter (where is_pregnant) as pregnant,
        count(*) filter (where is_booked) as booked,
        count(*) filter (where is_early) as booked_early
    from person
    cross join (values (false), (true)) as long (is_long)
    where not long.is_long or person.has_stayed_6_months
    group by grouping sets ((person.township9, long.is_long), (long.is_long))
),
birth as (
    select entry.township9, entry.person_id, entry.entry_id,
        max(pregnancy.live_births) as live_births, max(pregnancy.antenatal_days) as antenatal_days
    from mart.list_entry as entry
    left join core.pregnancy as pregnancy
        on pregnancy.person_id = entry.person_id
        and pregnancy.delivery_date = cast(entry.payload ->> 'delivery_date' as date)
    where entry.period = :period and entry.generation = :generation and entry.list = 'births'
    group by entry.township9, entry.person_id, entry.entry_id
),
born as (
    select township9, count(*) as deliveries, sum(live_births) as live_births,
        count(*) filter (where antenatal_days >= 5) as antenatal_5
    from birth group by township9
    union all
    select 'district', count(distinct (person_id, entry_id)),
        (select sum(live_births) from (select distinct person_id, entry_id, live_births from birth) as once),
        count(distinct (person_id, entry_id)) filter (where antenatal_days >= 5)
    from birth
)
insert into mart.report_line (period, generation, township9, line, migrant, ge6m)
select :period, :generation, place.township9, named.name, coalesce(named.persons, 0),
    case when named.name not in ('live_births', 'deliveries', 'antenatal_5') then coalesce(named.long, 0) end
from unnest(cast(:places as text[])) as place (township9)
left join counted as everybody on everybody.township9 = place.township9 and not everybody.is_long
left join counted as long on long.township9 = place.township9 and long.is_long
left join born on born.township9 = place.township9
cross join lateral (values
    ('records_due', everybody.records_due, long.records_due),
    ('records_have', everybody.records_have, long.records_have),
    ('records_new', everybody.records_new, long.records_new),
    ('records_standard', everybody.records_standard, long.records_standard),
    ('certificates_due', everybody.certificates_due, long.certificates_due),
    ('certificates_have', everybody.certificates_have, long.certificates_have),
    ('doses_due', everybody.doses_due, long.doses_due),
    ('doses_met', everybody.doses_met, long.doses_met),
    ('children_due', everybody.children_due, long.children_due),
    ('children_managed', everybody.children_managed, long.children_managed),
    ('pregnant', everybody.pregnant, long.pregnant),
    ('booked', everybody.booked, long.booked),
    ('booked_early', everybody.booked_early, long.booked_early),
    ('deliveries', born.deliveries, null),
    ('live_births', born.live_births, null),
    ('antenatal_5', born.antenatal_5, null)
) as named (name, persons, long)
